import { expect, onTestFinished, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { failed, type Failure } from '../../../../src-main/contract/base/errors.ts';
import { ConnectionOptions } from '../../../../src-main/contract/model/model.ts';
import type { SecretsState } from '../../../../src-main/contract/profiles/profiles.ts';
import { Observable } from '../../../../src-main/engine/base/observable.ts';
import { askForVault } from '../../../../src-renderer/app/ask-for-vault.ts';
import { followStartRequests } from '../../../../src-renderer/app/start-requests.ts';
import type { AppState } from '../../../../src-renderer/state/app/app-state.ts';
import { plainMemory } from '../../../../src-renderer/state/browser/memory.ts';

interface Request {
  readonly id: string;
  readonly prefill: ConnectionOptions | null;
  readonly problem: Failure | null;
}

const link = ConnectionOptions.parse({ name: 'a', protocol: 'mqtt', host: 'a', port: 1883 });

function windows() {
  const asked = new Observable<Request>({ id: '', prefill: null, problem: null });
  const memory = plainMemory();
  const done: string[] = [];
  let told = 0;
  async function* stream(signal: AbortSignal): AsyncGenerator<Request> {
    for await (const request of asked.follow(signal)) {
      yield request;
      // It was taken.
      told++;
    }
  }
  /** Loads the window; the answer leaves it. */
  const load = (): (() => void) => {
    const end = new AbortController();
    const app = {
      memory,
      engine: { stream: () => stream(end.signal) },
      shell: {
        report: (problem: Failure) => void done.push(problem.code),
        open: ({ prefill }: { prefill: ConnectionOptions }) => void done.push(`edit ${prefill.host}`),
      },
    } as unknown as AppState;
    const leave = followStartRequests(app);
    const both = () => {
      end.abort();
      leave();
    };
    onTestFinished(both);
    return both;
  };
  return { asked, done, load, told: () => told };
}

test('A link opens the editor once, also where the window is loaded again; the same link later opens it again.', async () => {
  const { asked, done, load, told } = windows();
  asked.set({ id: '1', prefill: link, problem: null });
  const leave = load();
  await expect.poll(told).toBe(1);
  leave();
  load();
  await expect.poll(told).toBe(2);
  expect(done).toEqual(['edit a']);
  asked.set({ id: '2', prefill: link, problem: null });
  await expect.poll(told).toBe(3);
  expect(done).toEqual(['edit a', 'edit a']);
});

test('A link that cannot be read is told once, and nothing is opened.', async () => {
  const { asked, done, load, told } = windows();
  const leave = load();
  await expect.poll(told).toBe(1);
  expect(done).toEqual([]);
  asked.set({ id: '1', prefill: null, problem: failed('bad-link', 'x', '') });
  await expect.poll(told).toBe(2);
  leave();
  load();
  await expect.poll(told).toBe(3);
  expect(done).toEqual(['bad-link']);
});

function vault(over: object | null = null) {
  const secrets = createStore<{ state: SecretsState | null }>(() => ({ state: null }));
  const shell = createStore<{ over: object | null }>(() => ({ over }));
  const opened: string[] = [];
  const leave = askForVault({
    secrets: { store: secrets },
    shell: {
      store: shell,
      openOver: (question: { ask: string }) => {
        opened.push(question.ask);
        shell.setState({ over: question });
      },
    },
  } as unknown as AppState);
  onTestFinished(leave);
  const tell = (kind: SecretsState['kind'], ...waiting: string[]): void =>
    secrets.setState({ state: { kind, note: '', waiting } });
  return { tell, opened, close: () => shell.setState({ over: null }), leave };
}

test('The passphrase is asked for once a start, where a profile waits for it.', () => {
  const { tell, opened, close } = vault();
  tell('keychain', 'p');
  tell('vault-locked');
  expect(opened).toEqual([]);
  tell('vault-locked', 'p');
  close();
  tell('vault-locked', 'p', 'q');
  expect(opened).toEqual(['unlock']);
});

test('Over another question it is not asked, but when that is answered, if it is still to be.', () => {
  const first = vault({ kind: 'about' });
  first.tell('vault-locked', 'p');
  expect(first.opened).toEqual([]);
  first.close();
  expect(first.opened).toEqual(['unlock']);
  const second = vault({ kind: 'about' });
  second.tell('vault-locked', 'p');
  second.tell('vault-open');
  second.close();
  expect(second.opened).toEqual([]);
});

test('Nothing is asked once the window is left.', () => {
  const { tell, opened, leave, close } = vault();
  leave();
  tell('vault-locked', 'p');
  close();
  expect(opened).toEqual([]);
});
