#!/bin/bash
# Who is let in and what a number reaches, against a real Asterisk where one is to be had.
exec "$(dirname "$0")/../asterisk/run.sh"
