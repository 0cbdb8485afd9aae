#!/bin/bash
# Includes go downwards only:
#   audit/base < {audit/target, the models} < audit/model < checks < reports, audit/command
# No model includes another model or a target; reports see the result, never the model.
set -u
cd "$(dirname "$0")/../.." || exit 1
grep -rnoE '^#include "(audit|checks|reports)/[^"]+"' audit checks reports | awk -F: '
function layer(path,   part) {
  split(path, part, "/")
  return part[1] == "audit" ? (path ~ /^audit\/[^\/]+$/ ? "command" : part[2]) : part[1]
}
BEGIN {
  split("advisory certificate login sshd asterisk firewall network logs fail2ban kernel prove scan", names, " ")
  for (i in names) model[names[i]] = 1
  result["checks/result.h"] = result["checks/verdict.h"] = result["checks/remedy.h"] = 1
  result["checks/check.h"] = result["checks/score.h"] = result["checks/fleet_summary.h"] = 1
  result["checks/result_diff.h"] = result["checks/plan.h"] = 1
}
{
  from = layer($1)
  to_path = $3; sub(/^#include "/, "", to_path); sub(/"$/, "", to_path)
  to = layer(to_path)
  ok = 0
  if (to == from) ok = 1
  else if (from == "command") ok = 1
  else if (from == "history") ok = (to == "base" || to == "checks" || to == "reports")
  else if (to == "base") ok = 1
  else if (from == "model") ok = (to in model)
  else if (from == "checks") ok = (to == "model" || to in model)
  else if (from == "reports") ok = (to_path in result)
  if (!ok) { print $1 ":" $2 ": must not include " to_path; bad = 1 }
}
END { exit bad }'
