#!/bin/sh
# The JVM arguments are the ones spring-boot:run uses (xenolith.jvm.args and xenolith.server.args in pom.xml); JAVA_OPTS
# adds to them, and the last word wins.
exec java --enable-native-access=ALL-UNNAMED -XX:+UseCompactObjectHeaders \
  -XX:+UseSerialGC -Xms24m -Xmx1g \
  -XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=5000 -XX:Tier4CompileThreshold=50000 \
  $JAVA_OPTS -jar /opt/xenolith/xenolith.jar --xenolith.data-dir=/var/lib/xenolith/data "$@"
