#!/bin/sh
# The JVM arguments are the ones spring-boot:run uses; JAVA_OPTS adds to them.
exec java --enable-native-access=ALL-UNNAMED -XX:+UseCompactObjectHeaders $JAVA_OPTS -jar /opt/xenolith/xenolith.jar \
  --xenolith.data-dir=/var/lib/xenolith/data "$@"
