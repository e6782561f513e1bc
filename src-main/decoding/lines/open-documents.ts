import { BYTE_ORDER_MARK, decodeStrict, sequenceBoundary } from '../../core/payload/utf8.ts';
import type { LinesAnswer, LinesRequest } from './lines-protocol.ts';
import { LineDocument } from './line-document.ts';

/** The one that is read, and the one before it. */
const KEPT = 2;

type Opening = Extract<LinesRequest, { kind: 'open-lines' }>;

/** Long texts that are open for being read by pages. */
export class OpenDocuments {
  readonly #newId: () => string;
  /** The one used last is the last. */
  readonly #open = new Map<string, LineDocument>();

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** @param decoded the text form of what was decoded; null: it is not kept any more */
  answer(request: LinesRequest, decoded: (id: string) => string | null): LinesAnswer {
    if (request.kind === 'open-lines') return this.#openOne(request, decoded);
    const document = this.#find(request.id);
    if (document === null) return { kind: 'gone' };
    switch (request.kind) {
      case 'read-lines':
        return document.page(request.from, request.count);
      case 'find-in-lines':
        return document.find(request.query);
      case 'line-value':
        return document.value(request.row) ?? { kind: 'value', path: [], json: null };
      case 'line-folds':
        return { kind: 'folds', rows: new Uint8Array(document.folds().buffer) };
    }
  }

  #openOne({ of, cut, layout }: Opening, decoded: (id: string) => string | null): LinesAnswer {
    const found = typeof of === 'string' ? { text: decoded(of), bytes: 0 } : textOf(of, cut);
    if (found.text === null) return { kind: typeof of === 'string' ? 'gone' : 'no-text' };
    // What was open goes first: two of the longest would not fit beside a third.
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < KEPT) break;
      this.#open.delete(oldest);
    }
    const document = new LineDocument(found.text, cut, layout);
    const id = this.#newId();
    this.#open.set(id, document);
    const { shape, rows, lines, chars, note } = document;
    return { kind: 'opened', id, shape, rows, lines, chars, bytes: found.bytes, note };
  }

  #find(id: string): LineDocument | null {
    const document = this.#open.get(id);
    if (document === undefined) return null;
    this.#open.delete(id);
    this.#open.set(id, document);
    return document;
  }
}

/** The text of UTF-8 without its byte order mark, and the bytes it stands for; null where it is none. */
function textOf(bytes: Uint8Array, cut: boolean): { readonly text: string | null; readonly bytes: number } {
  const end = cut ? sequenceBoundary(bytes, bytes.length) : bytes.length;
  const text = decodeStrict(bytes.subarray(0, end));
  if (text === null || text.includes('\0')) return { text: null, bytes: 0 };
  return { text: text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, bytes: end };
}
