#!/usr/bin/env bash
# Starts a process of Flink, as the entry point of Flink's own image does: jobmanager, standalone-job or taskmanager, with
# arguments such as -Dkey=value. Anything else is run as a command, which is how Flink starts on Kubernetes.
set -euo pipefail
case ${1:-} in
  jobmanager | standalone-job | taskmanager) exec "$FLINK_HOME/bin/$1.sh" start-foreground "${@:2}" ;;
  *) exec "$@" ;;
esac
