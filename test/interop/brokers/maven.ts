import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missing, type BrokerKind, type Found, type Place } from './kinds.ts';
import { must, need, onPath } from './commands.ts';

interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

export interface JavaBroker extends Pick<BrokerKind, 'id' | 'name' | 'source'> {
  /** What Maven brings: the broker, whose version it is known by, and what it needs beside it. */
  readonly artifacts: readonly [Artifact, ...Artifact[]];
  readonly heapMb: number;
  /** What its log says when it is up. */
  readonly ready: RegExp;
  /** Writes its configuration and says what stands before and after the class path. */
  configure(place: Place): { readonly options?: readonly string[]; readonly main: readonly string[] };
}

/** A broker that runs in Java, with a WebSocket listener at `/mqtt`. */
export function javaBroker({ artifacts, heapMb, ready, configure, ...about }: JavaBroker): BrokerKind {
  const folder = (cache: string): string => join(cache, about.id);
  return {
    ...about,
    webSocketPath: '/mqtt',
    find: async (cache) => findJars(folder(cache), artifacts[0].name),
    install: (cache) => installJars(folder(cache), artifacts),
    launch: (program, place) => {
      const { options = [], main } = configure(place);
      const args = [`-Xmx${heapMb}m`, ...options, '-cp', join(program, '*'), ...main];
      return [{ program: 'java', args, ports: [place.port, place.webSocketPort], ready }];
    },
  };
}

/** The jars of a broker and of everything it needs, in a folder of the cache. */
async function installJars(folder: string, artifacts: readonly Artifact[]): Promise<void> {
  const maven = need('mvn');
  need('java');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pom.xml'), pom(artifacts));
  const lib = join(folder, 'lib');
  rmSync(lib, { recursive: true, force: true });
  await must(maven, ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${lib}`], {
    cwd: folder,
  });
}

/** The folder of the jars as a program for `java -cp`, with the version of one of them. */
function findJars(folder: string, artifact: string): Found {
  const lib = join(folder, 'lib');
  if (onPath('java') === null) return missing('java is not here');
  let names: readonly string[];
  try {
    names = readdirSync(lib);
  } catch {
    return missing('not installed; Maven brings it');
  }
  const version = names.map((name) => new RegExp(`^${artifact}-(.+)\\.jar$`).exec(name)?.[1]).find(Boolean);
  return version === undefined
    ? missing('not installed; Maven brings it')
    : { kind: 'found', version, program: lib };
}

function pom(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    ({ group, name, version }) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>topicscope</groupId><artifactId>broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
}
