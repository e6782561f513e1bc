import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { missing, type Found } from './kinds.ts';
import { must, need, onPath } from './commands.ts';

export interface Artifact {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/** The jars of a broker and of everything it needs, in a folder of the cache. */
export async function installJars(folder: string, artifacts: readonly Artifact[]): Promise<void> {
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
export function findJars(folder: string, artifact: string): Found {
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
