#!/bin/sh
# Starts the bundle (`deno task bundle`) with the permissions that it needs, for machines on which the
# executable cannot be made: this file on the PATH as `seh`, dist/seh.js where the last line says.
# ALLOW_NET, where it is set, names the only hosts that seh may talk to: ALLOW_NET=monitoringapi.solaredge.com
exec deno run --quiet --no-config --v8-flags=--max-semi-space-size=8,--heap-growing-percent=70 --no-prompt \
  --allow-net${ALLOW_NET:+=$ALLOW_NET} --allow-read --allow-write --allow-env \
  --allow-run=xdg-open,open,rundll32,systemctl,launchctl,schtasks \
  --allow-sys=hostname,osRelease,statfs --deny-ffi --deny-import \
  /usr/local/lib/seh/seh.js "$@"
