/**
 * Finds a Kafka for tests, or installs one: `services.ts` does that for the others, and asks here. In this order: brokers
 * that run (`KAFKA_BROKERS`), the Java libraries that lie in the cache, their download by Maven.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Service } from './services.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kafka: Service;
  }
}

/** What `adapters/kafka/broker.contract.ts` starts Java with; it finds the archive by this name. To others it is of no use. */
const JVM = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
const CLASS_ARCHIVE = 'classes.jsa';
const JAVA = 'java';

const VERSION = '4.3.0';
const SCALA = '2.13';
const jars = fileURLToPath(new URL(`../node_modules/.cache/footfall/kafka-${VERSION}`, import.meta.url));

/** `program` is the folder of the Java libraries: `java -cp 'FOLDER/*' kafka.Kafka server.properties`. */
export function kafka(): Service {
  const brokers = process.env.KAFKA_BROKERS;
  const program = hasJars() && runs('java') ? jars : installed();
  if (program !== undefined) archiveClasses(program);
  if (brokers === undefined && program === undefined) {
    return {
      missing: `These tests need a real Kafka: Java 17 or later, and Maven to download org.apache.kafka:kafka_${SCALA}:${VERSION}. Install both (Debian, Ubuntu: apt-get install default-jre-headless maven).`,
    };
  }
  return { ...(brokers !== undefined && { url: `kafka://${brokers}` }), ...(program !== undefined && { program }) };
}

function hasJars(): boolean {
  return existsSync(join(jars, `kafka_${SCALA}-${VERSION}.jar`));
}

function installed(): string | undefined {
  console.log('> install kafka');
  const missing = [runs('java') ? [] : ['default-jre-headless'], hasJars() || runs('mvn') ? [] : ['maven']].flat();
  if (missing.length > 0) {
    if (process.getuid?.() !== 0 || !runs('apt-get')) return undefined;
    run('sh', ['-c', `apt-get update -qq && apt-get install -y -qq ${missing.join(' ')}`]);
  }
  if (!hasJars()) download();
  return hasJars() && runs('java') ? jars : undefined;
}

/** Of a broker that only starts. */
const SETTINGS = `process.roles=broker,controller
node.id=1
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:19099
listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:19099
`;
const START_MS = 10_000;

/**
 * Lets one broker start and end, which leaves what Java has made of its classes: a start takes half the CPU then, and tests
 * start dozens. Without it they run all the same. Source: java(1), -XX:ArchiveClassesAtExit
 *
 * @param folder of the libraries
 */
function archiveClasses(folder: string): void {
  const archive = join(folder, CLASS_ARCHIVE);
  if (existsSync(archive)) return;
  const own = mkdtempSync(join(tmpdir(), 'footfall-kafka-'));
  const config = join(own, 'server.properties');
  writeFileSync(config, `${SETTINGS}log.dirs=${join(own, 'data')}\n`);
  const java = [...JVM, '-cp', join(folder, '*')];
  spawnSync(JAVA, [...java, 'kafka.tools.StorageTool', 'format', '-t', 'Zm9vdGZhbGwtdGVzdHMtMQ', '-c', config]);
  const part = `${archive}.part`;
  const args = [`-XX:ArchiveClassesAtExit=${part}`, ...java, 'kafka.Kafka', config];
  spawnSync(JAVA, args, { timeout: START_MS, killSignal: 'SIGTERM' });
  if (existsSync(part)) renameSync(part, archive);
  rmSync(own, { recursive: true, force: true });
}

/** Under another name until it is whole, so that what was interrupted is not taken for it. */
function download(): void {
  const part = `${jars}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  writeFileSync(join(part, 'pom.xml'), POM);
  const copied = run('mvn', [
    '-q',
    '-f',
    join(part, 'pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${part}`,
  ]);
  if (copied) renameSync(part, jars);
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>footfall</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_${SCALA}</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** `java --version` says an error before version 9, which Kafka does not run on anyway. */
function runs(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}
