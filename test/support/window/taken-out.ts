import { vi } from 'vitest';

export interface TakenOut {
  /** Texts that were put on the clipboard, in order. */
  readonly copied: string[];
  readonly saved: { readonly name: string; readonly bytes: Promise<Uint8Array> }[];
}

/**
 * What is copied and saved where there is no page. Ends with `vi.restoreAllMocks`, `vi.unstubAllGlobals` and
 * `vi.useRealTimers`: what was saved is let go of by a timer.
 */
export function takenOut(): TakenOut {
  const out: TakenOut = { copied: [], saved: [] };
  vi.stubGlobal('navigator', {
    clipboard: { writeText: async (text: string) => void out.copied.push(text) },
  });
  let blob: Blob | null = null;
  vi.stubGlobal('URL', Object.assign(URL, { revokeObjectURL: () => undefined }));
  vi.spyOn(URL, 'createObjectURL').mockImplementation((made) => {
    blob = made as Blob;
    return 'blob:x';
  });
  vi.stubGlobal('document', {
    createElement: () => ({
      download: '',
      click() {
        const made = blob;
        if (made === null) return;
        out.saved.push({
          name: this.download,
          bytes: made.arrayBuffer().then((buffer) => new Uint8Array(buffer)),
        });
      },
    }),
  });
  vi.useFakeTimers();
  return out;
}
