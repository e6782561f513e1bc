import { vi } from 'vitest';

/** What was drawn, in order: the name of each method and what it was given; `strokeStyle` and the like with its value. */
export interface Drawn {
  readonly calls: readonly (readonly [name: string, ...given: unknown[]])[];
  /** Texts, in the order in which they were written. */
  texts(): readonly string[];
}

class Path {
  moveTo(): void {}
  lineTo(): void {}
  rect(): void {}
  arc(): void {}
  closePath(): void {}
}

/**
 * Canvases of a document without a picture: they are drawn on, and what was drawn is answered. Ends with
 * `vi.restoreAllMocks` and `vi.unstubAllGlobals`.
 *
 * @param blob what a canvas is saved as; null: it cannot be
 */
export function fakeCanvas(blob: Blob | null = null): Drawn {
  const calls: [string, ...unknown[]][] = [];
  const makeContext = (canvas: HTMLCanvasElement) =>
    new Proxy<Record<string | symbol, unknown>>(
      { canvas },
      {
        get: (set, name) =>
          name in set
            ? set[name]
            : (...given: unknown[]) => {
                calls.push([String(name), ...given]);
                return name === 'measureText' ? { width: String(given[0]).length * 6 } : undefined;
              },
        set: (set, name, value) => {
          set[name] = value;
          return calls.push([String(name), value]) > 0;
        },
      },
    );
  const contexts = new WeakMap<HTMLCanvasElement, unknown>();
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
    const context = contexts.get(this) ?? makeContext(this);
    contexts.set(this, context);
    return context as never;
  });
  vi.spyOn(HTMLCanvasElement.prototype, 'toBlob').mockImplementation((done) => done(blob));
  vi.stubGlobal('Path2D', Path);
  return {
    calls,
    texts: () => calls.flatMap(([name, text]) => (name === 'fillText' ? [String(text)] : [])),
  };
}
