import { stringMeant } from '../../../../src-main/core/payload/json-nodes.ts';
import { wholeUnits } from '../../../../src-main/core/payload/utf8.ts';
import { shortened, visibleLines } from '../../../../src-main/core/payload/visible.ts';
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

/** Characters of a value that are read out. */
const MOST_READ = 80;

/** A line as it is read out: where it is, and the beginning of what stands there. */
export function lineWords({ pathText, value }: LineFact): string {
  const begin = value.slice(0, wholeUnits(value, MOST_READ));
  return visibleLines(`${shortened(pathText)} ${begin}`);
}

/** What the menu of a line is called. */
export function lineMenuName({ pathText }: LineFact): string {
  return `Actions for ${pathText === '' ? 'the value' : shortened(pathText)}`;
}

/** For what is closed: `3 fields`. */
export function closedWords(count: number, isList: boolean): string {
  return isList ? formatCounted(count, 'item') : formatCounted(count, 'field');
}
