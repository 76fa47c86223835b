#!/bin/busybox sh
# /init of the example ramdisk: mounts what a shell needs and hands over to busybox init, which gives hvc0 a shell and
# makes `poweroff` and `reboot` (typed, or asked for by the toolstack) do so.
/bin/busybox mkdir -p /proc /sys /dev /tmp /etc
/bin/busybox ln -sfn bin /sbin
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev 2>/dev/null
mount -t tmpfs tmpfs /tmp
cat >/etc/inittab <<'INITTAB'
hvc0::respawn:-/bin/sh
::ctrlaltdel:/bin/reboot
INITTAB
echo "export PS1='xenolith# ' HOME=/" >/etc/profile
echo "busybox is up: $(uname -r), $(nproc) vcpu(s), $(awk '/MemTotal/ {print $2}' /proc/meminfo) KiB"
exec /bin/init
