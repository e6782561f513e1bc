import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { app } from './app.ts';
import * as electron from './electron.ts';

// Started by `node --import register.ts MAIN …`: maps `electron` to the stand-in for what comes after.

const STAND_IN = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' || specifier === 'electron/main'
      ? { url: STAND_IN, shortCircuit: true }
      : next(specifier, context),
});

// Electron says so of itself when it runs a folder and not a packaged program.
Object.defineProperty(process, 'defaultApp', { value: true });
// `node --import … MAIN args` has to look like `electron ROOT args`.
const main = process.argv[1] ?? '';
process.argv[1] = process.env['STAND_IN_ROOT'] ?? main;

interface Question {
  readonly id: number;
  readonly source: string;
  readonly arg: unknown;
}

process.on('message', (question: Question | 'quit') => {
  if (question === 'quit') app.quit();
  else void answer(question);
});
// The test's end of the channel does not keep us alive; our windows and servers do.
process.channel?.unref();

async function answer({ id, source, arg }: Question): Promise<void> {
  try {
    // The function's own source, from the test that started us, as with Playwright's evaluate.
    const call = (0, eval)(`(${source})`) as (modules: typeof electron, arg: unknown) => unknown;
    process.send?.({ id, result: await call(electron, arg) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

// The program's first module is evaluated by Node after this one; its end is the time to be ready.
void import(pathToFileURL(main).href).then(
  () => setImmediate(() => app.emit('stand-in-evaluated')),
  () => undefined,
);
