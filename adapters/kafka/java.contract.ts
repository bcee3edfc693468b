/** How tests start Java. The archive is of no use to a start with other options. */
export const JAVA = 'java';
/** Small and quick to start. */
export const JVM = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
/** What Java has made of Kafka's classes, beside them; `scripts/kafka-service.ts` makes it. */
export const CLASS_ARCHIVE = 'classes.jsa';
