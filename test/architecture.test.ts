import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve, sep, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageBin } from '../scripts/package-bin.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Of names of files from the root on, which have `/` between their folders on every system. */
const { dirname } = posix;
/** Who may import whom, and which packages: the table of docs/architecture.md, as data. */
interface Room {
  readonly rooms: readonly string[];
  /** Package names; `node:` stands for every built-in module. */
  readonly packages: readonly string[];
}

const RENDERER_PURE = [
  'src-main/core/profiles/host.ts',
  'src-main/core/profiles/not-secret.ts',
  'src-main/core/topics/levels.ts',
  'src-main/core/topics/names.ts',
  'src-main/core/topics/filters.ts',
  'src-main/core/topics/decoder-rules.ts',
  'src-main/core/payload/',
  'src-main/core/publish/',
  'src-main/core/compare/',
  'src-main/core/message/',
  'src-main/core/query/grammar/',
  'src-main/core/retained/restore-parts.ts',
  'src-main/core/text/',
];
const MAIN_BELOW_HOSTS = ['contract', 'core', 'wire', 'connection', 'decoding', 'engine'].map(
  (room) => `src-main/${room}/`,
);

/** What `ui/` knows of the core. */
const UI_PURE = ['src-main/core/text/', 'src-main/core/payload/visible.ts'];

const ROOMS: Readonly<Record<string, Room>> = {
  'src-main/contract/': { rooms: [], packages: ['zod'] },
  'src-main/core/': {
    rooms: ['src-main/contract/'],
    packages: [
      'zod',
      'asn1js',
      '@peculiar/asn1-schema',
      '@peculiar/asn1-x509',
      '@peculiar/asn1-rsa',
      '@peculiar/asn1-pfx',
      '@peculiar/asn1-cms',
      '@peculiar/asn1-pkcs8',
      're2js',
      'diff',
    ],
  },
  'src-main/wire/': { rooms: ['src-main/contract/'], packages: ['zod'] },
  'src-main/connection/': {
    rooms: ['src-main/contract/', 'src-main/core/', 'src-main/wire/'],
    packages: ['zod', 'node:', 'mqtt', 'ws', 'aws4', 'socks', '@noble/hashes'],
  },
  'src-main/decoding/': {
    rooms: ['src-main/contract/', 'src-main/core/'],
    packages: ['zod', 'node:', 'yaml', 'protobufjs'],
  },
  'src-main/engine/': {
    rooms: [
      'src-main/contract/',
      'src-main/core/',
      'src-main/wire/',
      'src-main/connection/',
      'src-main/decoding/',
    ],
    packages: ['zod', 'node:', 'write-file-atomic'],
  },
  'src-main/server/': { rooms: MAIN_BELOW_HOSTS, packages: ['zod', 'node:', 'ws', 'mqtt-packet'] },
  'src-main/desktop/': {
    rooms: [...MAIN_BELOW_HOSTS, 'src-main/server/'],
    packages: ['zod', 'node:', 'electron', 'electron-updater', 'write-file-atomic'],
  },
  'src-renderer/client/': { rooms: ['src-main/contract/', 'src-main/wire/'], packages: [] },
  'src-renderer/state/': {
    rooms: ['src-main/contract/', 'src-renderer/client/', ...RENDERER_PURE],
    packages: ['zustand', 'zod'],
  },
  'src-renderer/ui/': {
    rooms: UI_PURE,
    packages: [
      'react',
      'react-dom',
      '@base-ui/react',
      'lucide-react',
      'react-resizable-panels',
      '@fontsource-variable/inter',
    ],
  },
  'src-renderer/features/': {
    rooms: ['src-main/contract/', 'src-renderer/state/', 'src-renderer/ui/', ...RENDERER_PURE],
    packages: ['react', 'react-dom', 'zustand', '@base-ui/react', 'lucide-react', 'uplot'],
  },
  'src-renderer/app/': {
    rooms: ['src-main/contract/', 'src-main/wire/', 'src-renderer/', ...RENDERER_PURE],
    packages: [
      'zod',
      'react',
      'react-dom',
      'zustand',
      '@base-ui/react',
      'lucide-react',
      'react-resizable-panels',
      '@fontsource-variable/inter',
    ],
  },
};

interface Import {
  readonly file: string;
  readonly from: string;
}

/** The TypeScript below some folders, by its names from the root on. */
function filesBelow(...folders: readonly string[]): string[] {
  return folders
    .flatMap((top) =>
      readdirSync(join(ROOT, top), { recursive: true, encoding: 'utf8' }).map((path) => join(top, path)),
    )
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .toSorted();
}

const sources = (): string[] => filesBelow('src-main', 'src-renderer');

function importsOf(file: string, text = readFileSync(join(ROOT, file), 'utf8')): Import[] {
  const found = text.matchAll(
    /(?:^|[\s;])(?:import|export)\s+(?:type\s+)?(?:[\w*{}\s,$]+\s+from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  );
  return [...found].map((match) => ({ file, from: match[1] ?? match[2] ?? '' }));
}

function roomOf(file: string): string | undefined {
  return Object.keys(ROOMS).find((room) => file.startsWith(room));
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:';
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

/** Why an import is against the table; null if it is allowed. */
function violation({ file, from }: Import): string | null {
  const room = roomOf(file);
  if (room === undefined) return `${file} is in no room`;
  const rules = ROOMS[room];
  if (rules === undefined) return `${file} is in no room`;
  if (!from.startsWith('.')) {
    return rules.packages.includes(packageName(from)) ? null : `${file} imports the package ${from}`;
  }
  const target = posix.join(dirname(file), from);
  if (room === 'src-renderer/features/') {
    const feature = file.split('/').slice(0, 3).join('/');
    if (target.startsWith('src-renderer/features/')) {
      return target.startsWith(`${feature}/`) ? null : `${file} imports another feature: ${target}`;
    }
  }
  const allowed = target.startsWith(room) || rules.rooms.some((other) => target.startsWith(other));
  return allowed ? null : `${file} imports ${target}`;
}

/** Runs a command of a package as this system can. */
function runBin(name: string, args: readonly string[], command = name) {
  return spawnSync(process.execPath, [packageBin(name, command), ...args], { encoding: 'utf8' });
}

/** Arrows between files that lie on a cycle: from each one's target a way leads back to its start. */
function cycles(imports: readonly Import[], of: (file: string) => string): string[] {
  const arrows = new Map<string, Set<string>>();
  for (const { file, from } of imports) {
    if (!from.startsWith('.')) continue;
    const [start, target] = [of(file), of(posix.join(dirname(file), from))];
    if (target !== start) arrows.set(start, (arrows.get(start) ?? new Set()).add(target));
  }
  const leads = (from: string, to: string, seen = new Set<string>()): boolean =>
    from === to ||
    [...(arrows.get(from) ?? [])].some((next) => !seen.has(next) && leads(next, to, seen.add(next)));
  return [...arrows]
    .flatMap(([from, targets]) => [...targets].map((to) => [from, to] as const))
    .filter(([from, to]) => leads(to, from))
    .map(([from, to]) => `${from} -> ${to}`)
    .toSorted();
}

const folderCycles = (imports: readonly Import[]): string[] => cycles(imports, dirname);

/** What of a connection may know mqtt.js, and its packages. */
const MQTTJS_DOOR = 'src-main/connection/link/mqttjs.ts';
const MQTTJS = ['mqtt', 'mqtt-packet'];

describe('the rooms', () => {
  const files = sources();

  test('every source file is in a room of the table', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  test('every import is allowed by the table', () => {
    const wrong = files.flatMap((file) => importsOf(file).map(violation)).filter((why) => why !== null);
    expect(wrong).toEqual([]);
  });

  test('the table refuses what it should', () => {
    const refused = [
      { file: 'src-main/core/topics/x.ts', from: 'node:fs' },
      { file: 'src-main/core/topics/x.ts', from: '../../engine/engine.ts' },
      { file: 'src-main/engine/x.ts', from: 'electron' },
      { file: 'src-main/engine/x.ts', from: '../server/index.ts' },
      { file: 'src-renderer/state/x.ts', from: 'react' },
      { file: 'src-renderer/features/topics/x.tsx', from: '../inspector/inspector.tsx' },
      { file: 'src-renderer/features/topics/x.tsx', from: '../../../src-main/core/topics/store/store.ts' },
      { file: 'src-renderer/ui/x.tsx', from: '../state/session.ts' },
    ];
    for (const one of refused) expect(violation(one), JSON.stringify(one)).not.toBeNull();
    expect(violation({ file: 'src-main/connection/x.ts', from: 'mqtt' })).toBeNull();
  });

  test('mqtt.js has one door, and none of its types leaves it', () => {
    const inside = files.filter((file) => file.startsWith('src-main/connection/'));
    const users = inside.filter((file) =>
      importsOf(file).some(({ from }) => MQTTJS.includes(packageName(from))),
    );
    expect(users).toEqual([MQTTJS_DOOR]);
  });

  test('imports are found in every form they are written in', () => {
    const text = `import a from 'x1';\nimport { b,\n c } from "x2";\nexport { d } from 'x3';\nimport 'x4';\nimport type { E } from 'x5';\nvoid import('x6');`;
    expect(importsOf('f.ts', text).map(({ from }) => from)).toEqual(['x1', 'x2', 'x3', 'x4', 'x5', 'x6']);
  });

  test('stores, client, wire, contract and core know no React', () => {
    const pure = files.filter((file) => /^src-main\/|^src-renderer\/(state|client)\//.test(file));
    const wrong = pure.flatMap((file) => importsOf(file)).filter(({ from }) => from.startsWith('react'));
    expect(wrong).toEqual([]);
  });

  test('folders import one way: no two of them need each other', () => {
    expect(folderCycles(files.flatMap((file) => importsOf(file)))).toEqual([]);
  });

  test('two folders that need each other are found, however long the way round', () => {
    const round = [
      { file: 'src-main/core/a/1.ts', from: '../b/1.ts' },
      { file: 'src-main/core/b/2.ts', from: '../c/1.ts' },
      { file: 'src-main/core/c/3.ts', from: '../a/4.ts' },
      { file: 'src-main/core/d/1.ts', from: '../a/4.ts' },
    ];
    expect(folderCycles(round)).toEqual([
      'src-main/core/a -> src-main/core/b',
      'src-main/core/b -> src-main/core/c',
      'src-main/core/c -> src-main/core/a',
    ]);
    expect(folderCycles(round.slice(1))).toEqual([]);
  });

  test('no two files need each other, be it for a type only or when a part of the window is opened', () => {
    expect(
      cycles(
        files.flatMap((file) => importsOf(file)),
        String,
      ),
    ).toEqual([]);
    const [a, b] = ['src-main/core/a/1.ts', 'src-main/core/a/2.ts'];
    const late = [
      ...importsOf(a, "void import('./2.ts');"),
      ...importsOf(b, "import type { A } from './1.ts';"),
    ];
    expect(cycles(late, String)).toEqual([`${a} -> ${b}`, `${b} -> ${a}`]);
  });

  test('no folder holds more than fifteen source files', () => {
    const counts = new Map<string, number>();
    for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
  });

  test('no source file is longer than 400 lines', () => {
    const long = files.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 401);
    expect(long).toEqual([]);
  });
});

describe('the lint rules', () => {
  /** What the rules say against files of these texts, as they hold in the sources: each rule that is broken. */
  function refused(...texts: readonly string[]): readonly string[] {
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-lint-'));
    try {
      for (const [at, text] of texts.entries()) writeFileSync(join(dir, `f${at}.ts`), text);
      const lint = ['-c', join(ROOT, '.oxlintrc.json'), '-f', 'json', dir];
      const { stdout } = runBin('oxlint', lint);
      const { diagnostics } = JSON.parse(stdout) as {
        readonly diagnostics: readonly { readonly code: string }[];
      };
      return diagnostics.map(({ code }) => code).toSorted();
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
  const functionOf = (count: number) =>
    `export function f(g: () => void): void {\n${'  g();\n'.repeat(count - 2)}}\n`;

  test('refuse a function of more than 80 lines and a file of more than 400, and take those of as many', () => {
    const file = (count: number) => `${'// A line.\n'.repeat(count - 1)}export const x = 0;\n`;
    expect(refused(functionOf(80), file(400))).toEqual([]);
    expect(refused(functionOf(81), file(401))).toEqual([
      'eslint(max-lines)',
      'eslint(max-lines-per-function)',
    ]);
  });

  test('refuse any, and a default export', () => {
    expect(refused('export const x: any = 0;\n', 'export default 0;\n')).toEqual([
      'import(no-default-export)',
      'typescript(no-explicit-any)',
    ]);
  });

  test('are loosened for no source, but for how much a function decides', () => {
    const config = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as {
      readonly overrides: readonly { readonly files: readonly string[]; readonly rules: object }[];
    };
    const loosened = config.overrides
      .filter(({ files }) => files.some((file) => file.startsWith('src-')))
      .flatMap(({ rules }) => Object.keys(rules))
      .filter((rule) => !/^(eslint\/(complexity|no-restricted-\w+)|react\/)/.test(rule));
    expect(loosened).toEqual([]);
    const off = sources().filter((file) =>
      /(ox|es)lint-disable(?!-next-line (jsx-a11y|vitest)\/)/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(off).toEqual([]);
  });

  test('a cycle of imports is refused, also where it is made of types only', () => {
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-cycle-'));
    try {
      const types = (name: string, other: string) =>
        `import type { ${other} } from './${other}.ts';\nexport interface ${name} {\n  readonly other: ${other} | null;\n}\n`;
      writeFileSync(join(dir, 'A.ts'), types('A', 'B'));
      writeFileSync(join(dir, 'B.ts'), types('B', 'A'));
      const lint = () => runBin('oxlint', ['-c', join(ROOT, '.oxlintrc.json'), dir]);
      const refused = lint();
      expect(refused.status).not.toBe(0);
      expect(refused.stdout).toContain('import(no-cycle)');
      writeFileSync(join(dir, 'B.ts'), 'export interface B {\n  readonly other: null;\n}\n');
      expect(lint().status).toBe(0);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

describe('the documents', () => {
  const files = sources();
  const docs = ['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );

  test('name only files that exist', () => {
    const wrong = docs.flatMap((doc) =>
      [...readFileSync(join(ROOT, doc), 'utf8').matchAll(/`([\w./-]+\/[\w.-]+\.tsx?)`/g)]
        .map((match) => match[1] ?? '')
        .filter((path) => !existsSync(join(ROOT, path)) && !files.some((file) => file.endsWith(`/${path}`)))
        .map((path) => `${doc}: ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  const architecture = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
  const inside = architecture.slice(
    architecture.indexOf('## Inside the rooms'),
    architecture.indexOf('## Three walks'),
  );

  test('each walk names its files once, says how many, and is shorter than it was', () => {
    const part = architecture.slice(
      architecture.indexOf('## Three walks'),
      architecture.indexOf('## Where is'),
    );
    const walks = [...part.matchAll(/^\*\*.*?\*\* \((\d+) files.*$/gm)].map(([walk, count = '']) => {
      const named = [...walk.matchAll(/`([\w./-]+\.tsx?)`/g)].map((match) => match[1] ?? '');
      return { said: Number(count), named: named.length, once: new Set(named).size };
    });
    expect(walks).toHaveLength(3);
    for (const { said, named, once } of walks) expect([said, named]).toEqual([once, once]);
    for (const [i, before] of [38, 16, 30].entries()) expect(walks[i]?.said).toBeLessThan(before);
  });

  test('the rooms and what they may import are the same in the architecture and here', () => {
    const documented = roomsIn(architecture);
    expect([...documented.keys()].toSorted()).toEqual(Object.keys(ROOMS).toSorted());
    for (const [room, { rooms, packages }] of documented) {
      expect(rooms.toSorted(), `rooms of ${room}`).toEqual(ROOMS[room]?.rooms.toSorted());
      expect(packages.toSorted(), `packages of ${room}`).toEqual(ROOMS[room]?.packages.toSorted());
    }
    const pure = /"Pure helpers of core" are (.*?):/.exec(architecture)?.[1] ?? '';
    const named = [...pure.matchAll(/`([^`]+)`/g)].map((match) => `src-main/core/${match[1] ?? ''}`);
    expect(named.toSorted()).toEqual(RENDERER_PURE.toSorted());
  });

  test('the architecture names only folders that exist', () => {
    const rows = [...inside.matchAll(/^\| `(src-[\w/-]+\/)` +\|(.*)\|$/gm)];
    expect(rows.length).toBeGreaterThan(10);
    const within = rows.flatMap(([, room = '', cell = '']) => {
      const names = [...cell.matchAll(/`([\w-]+)\/`/g)].map((match) => match[1] ?? '');
      const below = new Set(files.filter((file) => file.startsWith(room)).flatMap((file) => file.split('/')));
      return names.filter((name) => !below.has(name)).map((name) => `${room}${name}/`);
    });
    const whole = [...architecture.matchAll(/`(src-[\w/-]+\/)`/g)].map((match) => match[1] ?? '');
    const gone = whole.filter((folder) => !existsSync(join(ROOT, folder)));
    expect([...within, ...gone]).toEqual([]);
  });

  test('the architecture names every folder that has sources, under its room', () => {
    const lines = inside.split('\n').map((line) => ({ line, room: /`(src-[\w/-]+\/)`/.exec(line)?.[1] }));
    const unnamed = (folder: string): boolean => {
      const { line = '', room = '' } =
        lines.findLast((one) => one.room !== undefined && folder.startsWith(one.room)) ?? {};
      const names = folder.slice(room.length).split('/').filter(Boolean);
      return !names.every((name) => line.includes(`\`${name}/\``));
    };
    const isRoom = (folder: string) => `${folder}/` in ROOMS || /^src-renderer\/features\/\w+$/.test(folder);
    const folders = [...new Set(files.map((file) => dirname(file)))];
    const missing = folders.filter((folder) => !isRoom(folder) && unnamed(folder));
    expect(missing).toEqual([]);
  });
});

describe('the words', () => {
  /** A number made into words by hand: grouped, with an s where it is not 1, or divided to kB and MB. */
  const BY_HAND =
    /toLocaleString\(|=== 1 \? (['"`])(?:(\w+)\1 : \1\2s\b|(?:is|was|has|it)\1)|\$\{[^}]*(?:1_?024|2 \*\* [123]0)\} [kMG]/;

  test('counts, their nouns and sizes are written by one rule', () => {
    const own = sources()
      .filter((file) => file !== 'src-main/core/text/amounts.ts')
      .filter((file) => BY_HAND.test(code(file)));
    expect(own).toEqual([]);
  });

  test('what is written by hand is found', () => {
    for (const text of [
      "`${n} ${n === 1 ? 'topic' : 'topics'}`",
      "list.length === 1 ? 'was' : 'were'",
      "n.toLocaleString('en-US')",
      '`${size / 2 ** 20} MB`',
    ]) {
      expect(BY_HAND.test(text), text).toBe(true);
    }
  });
});

/** The one file of a connection that reads the time and sets timers. */
const THE_CLOCK = 'src-main/connection/base/clock.ts';
const CLOCKS = /\bperformance\.now\b|\bDate\.now\b|\bnew Date\(\)|\bset(Timeout|Interval)\b/;

describe('the guard of the pure rooms', () => {
  test.each(['contract', 'core', 'wire'])('%s does not compile with Node or the DOM', (room) => {
    const dir = mkdtempSync(join(tmpdir(), 'topicscope-guard-'));
    try {
      const config = join(ROOT, 'src-main', room, 'tsconfig.json');
      const probe = join(dir, 'probe.ts');
      writeFileSync(probe, 'export const leaks = [Buffer.from(""), window.document, setTimeout];\n');
      const project = join(dir, 'tsconfig.json');
      writeFileSync(
        project,
        JSON.stringify({
          extends: config,
          compilerOptions: {
            composite: false,
            emitDeclarationOnly: false,
            noEmit: true,
            rootDir: '/',
            tsBuildInfoFile: null,
          },
          include: [probe],
          references: [],
        }),
      );
      const result = runBin('typescript', ['-p', project], 'tsc');
      expect(result.status).not.toBe(0);
      for (const name of ['Buffer', 'window', 'setTimeout']) expect(result.stdout).toContain(`'${name}'`);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('no source switches a library on for itself', () => {
    const wrong = sources().filter((file) =>
      /^\s*\/\/\/\s*<reference/m.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });

  test('a connection has one clock, which comes in from the top', () => {
    const wrong = sources()
      .filter((file) => file.startsWith('src-main/connection/') && file !== THE_CLOCK)
      .filter((file) => CLOCKS.test(code(file)));
    expect(wrong).toEqual([]);
    for (const name of ['performance.now()', 'Date.now', 'setTimeout(', 'setInterval('])
      expect(CLOCKS.test(`const x = ${name}`), name).toBe(true);
    expect(CLOCKS.test(code(THE_CLOCK))).toBe(true);
  });

  test('pure rooms read no clock and no randomness', () => {
    const wrong = sources()
      .filter((file) => /^src-main\/(contract|core|wire)\//.test(file))
      .filter((file) =>
        /\bDate\.now\(|\bMath\.random\(|\bperformance\.now\(|\bnew Date\(\)/.test(code(file)),
      );
    expect(wrong).toEqual([]);
  });
});

describe('the tests', () => {
  const SLEEP =
    /new Promise(<[^>]*>)?\(\s*\(?\w+\)?\s*=>\s*(void\s*)?setTimeout\(|setTimeout\b[^;]*'node:timers\/promises'|\bwaitForTimeout\(/;

  test('wait for what happens, never for a time', () => {
    const tests = filesBelow('test').filter((path) => /\.test\.tsx?$|^test\/ui\//.test(path));
    expect(tests.length).toBeGreaterThan(100);
    const others = tests.filter((file) => file !== 'test/architecture.test.ts');
    expect(others.filter((file) => SLEEP.test(code(file)))).toEqual([]);
    expect(SLEEP.test('await new Promise((resolve) => setTimeout(resolve, 20));')).toBe(true);
    expect(SLEEP.test("import { setTimeout as delay } from 'node:timers/promises';")).toBe(true);
    expect(SLEEP.test('await page.waitForTimeout(300);')).toBe(true);
    expect(SLEEP.test('new Promise<void>(done => setTimeout(() => done(), 20));')).toBe(true);
  });
});

describe('the project', () => {
  test('names no path of a machine and no registry', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
    const hosts = new RegExp(['registry', 'npmjs', '(org|com)'].join('\\.'));
    // A checkout right below a folder that every machine has, has no path of its own to betray.
    const home = dirname(ROOT);
    const isAnybodys = ['/', '/home', '/opt', '/root', '/srv', '/tmp', '/var/tmp', tmpdir()].includes(home);
    const wrong = tracked
      .filter((file) => /\.(ts|tsx|json|md|mjs|css|html|yml)$|^\.ci/.test(file))
      .filter((file) => {
        const text = readFileSync(join(ROOT, file), 'utf8');
        return hosts.test(text) || (!isAnybodys && text.includes(`${home}/`));
      });
    expect(wrong).toEqual([]);
  });

  test('docs/dependencies.md has a reason for each dependency, and for nothing else', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const { devDependencies } = manifest as { devDependencies: Record<string, string> };
    const text = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
    const listed = [...text.matchAll(/^\| `([^`]+)`/gm)].map((match) => match[1] ?? '');
    // Each once, and none that is not used any more.
    expect(listed.toSorted()).toEqual(Object.keys(devDependencies).toSorted());
  });
});

/** The table of rooms of the architecture: rooms, then packages behind a semicolon. */
function roomsIn(text: string): Map<string, Room> {
  const table = text.slice(text.indexOf('## Rooms'), text.indexOf('## Inside the rooms'));
  const found = new Map<string, Room>();
  for (const [, name = '', cell = ''] of table.matchAll(/^\| `(src-[^`]+\/)` .*\|([^|]+)\|$/gm)) {
    const room = name.replace('<name>/', '');
    const words = cell.trim().split(/[,;] /);
    const roomsOf = (word: string): readonly string[] => {
      if (word === 'all of the above') return [...found.keys()];
      if (word === 'all of src-renderer') return ['src-renderer/'];
      if (word === 'pure helpers of core') return RENDERER_PURE;
      if (word === "core's text and escape") return UI_PURE;
      return ['src-main/', 'src-renderer/'].map((top) => `${top}${word}/`).filter((one) => one in ROOMS);
    };
    const packagesOf = (word: string): readonly string[] => {
      if (roomsOf(word).length > 0) return [];
      if (word === 'node') return ['node:'];
      if (!word.endsWith('*')) return [word];
      return ROOMS[room]?.packages.filter((one) => one.startsWith(word.slice(0, -1))) ?? [];
    };
    found.set(room, { rooms: words.flatMap(roomsOf), packages: words.flatMap(packagesOf) });
  }
  return found;
}

/** The text without its comments, so that a word in a sentence is no violation. */
function code(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .replaceAll(/(^|\s)\/\/.*$/gm, '');
}
