#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Which steps a number runs through, in generated dialplans, against a real Asterisk where one is to be had.
exec "$(dirname "$0")/../asterisk/run.sh" --dialplan "${1:-1}"
