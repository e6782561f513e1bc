import { wholeUnits } from '../../payload/utf8.ts';
import { escapeUnsafe } from '../../payload/visible.ts';

/** What the broker added in words of its own; shown as a quote, never as our sentence. */
export interface BrokerWords {
  readonly reasonString?: string | undefined;
  readonly serverReference?: string | undefined;
}

export function quote(words: BrokerWords): string {
  const said = words.reasonString ? ` It adds: “${quotation(words.reasonString)}”.` : '';
  return words.serverReference ? `${said} It names: “${quotation(words.serverReference)}”.` : said;
}

/** Characters of what a broker said that are quoted. */
const QUOTED = 300;

function quotation(text: string): string {
  const shown = escapeUnsafe(text.slice(0, wholeUnits(text, QUOTED)));
  return text.length > QUOTED ? `${shown}…` : shown;
}
