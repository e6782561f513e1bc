import { stringMeant } from '../../../../src-main/core/payload/json-nodes.ts';
import { writePath } from '../../../../src-main/core/query/grammar/json-path.ts';
import type { JsonStep } from '../../../../src-main/core/query/grammar/query.ts';
import { formatCounted } from '../../../ui/base/format.ts';

/** What stands on a line of a document. */
export interface LineFact {
  readonly path: readonly JsonStep[];
  /** `device.firmware`; empty for the document itself. */
  readonly pathText: string;
  /** Its JSON. */
  readonly json: string;
  /** The same, of a text what it says. */
  readonly value: string;
  readonly isNumber: boolean;
  /** No object and no list. */
  readonly isScalar: boolean;
}

export function lineFact(path: readonly JsonStep[], json: string): LineFact {
  return {
    path,
    pathText: writePath(path),
    json,
    value: json.startsWith('"') && json.endsWith('"') && json.length > 1 ? stringMeant(json) : json,
    isNumber: /^-?\d/.test(json),
    isScalar: !/^[[{]/.test(json),
  };
}

/** For what is closed: `3 fields`. */
export function closedWords(count: number, isList: boolean): string {
  return isList ? formatCounted(count, 'item') : formatCounted(count, 'field');
}
