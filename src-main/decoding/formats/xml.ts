import type { BytePlaces } from '../base/byte-places.ts';
import type { TreeBuilder } from '../base/tree.ts';
import { Unreadable } from '../base/unreadable.ts';

const NAME = /[\w:.\-\u00b7-\uffff]+/y;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * XML without its document type: entities that it declares are never expanded. An element with nothing but text is
 * that text; attributes are `@name`, text beside elements is `#text`.
 */
export function readXml(text: string, places: BytePlaces, tree: TreeBuilder): string {
  const reader = new XmlReader(text, places, tree);
  return reader.document();
}

class XmlReader {
  readonly #text: string;
  readonly #places: BytePlaces;
  readonly #tree: TreeBuilder;
  #at = 0;

  constructor(text: string, places: BytePlaces, tree: TreeBuilder) {
    this.#text = text;
    this.#places = places;
    this.#tree = tree;
  }

  document(): string {
    this.#between();
    if (this.#text[this.#at] !== '<') throw this.#wrong('an element is missing');
    const root = this.#tree.open('object', 'document', this.#places.of(0));
    this.#element();
    this.#between();
    if (this.#at < this.#text.length) throw this.#wrong('there is more behind the root element');
    this.#tree.close(this.#places.of(this.#text.length));
    return this.#tree.nodes[1]?.key ?? root.type;
  }

  #wrong(why: string): Unreadable {
    const at = this.#at;
    if (at >= this.#text.length)
      return new Unreadable(`stops at character ${this.#text.length}: its end is missing`);
    return new Unreadable(`is not readable at character ${at + 1}: ${why}`);
  }

  #is(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  /** To behind the next `end`. */
  #past(end: string): string {
    const at = this.#text.indexOf(end, this.#at);
    if (at < 0) {
      this.#at = this.#text.length;
      throw this.#wrong('');
    }
    const between = this.#text.slice(this.#at, at);
    this.#at = at + end.length;
    return between;
  }

  #space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  /** What may stand before and behind the root element. */
  #between(): void {
    for (;;) {
      this.#space();
      if (this.#is('<?')) this.#past('?>');
      else if (this.#is('<!--')) this.#past('-->');
      else if (this.#is('<!DOCTYPE')) this.#documentType();
      else return;
    }
  }

  #documentType(): void {
    let depth = 0;
    for (; this.#at < this.#text.length; this.#at++) {
      const unit = this.#text[this.#at];
      if (unit === '"' || unit === "'") {
        this.#at++;
        this.#past(unit);
        this.#at--;
      } else if (this.#is('<!--')) {
        this.#past('-->');
        this.#at--;
      } else if (unit === '<' || unit === '[') depth++;
      else if ((unit === '>' || unit === ']') && --depth === 0) {
        this.#at++;
        return;
      }
    }
    throw this.#wrong('');
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0];
    if (name === undefined) throw this.#wrong('a name is missing');
    this.#at += name.length;
    return name;
  }

  #element(): void {
    const start = this.#places.of(this.#at);
    this.#at++;
    const name = this.#name();
    this.#tree.key(name);
    const mark = this.#tree.mark();
    const node = this.#tree.open('object', 'element', start);
    let attributes = 0;
    for (this.#space(); !this.#is('>') && !this.#is('/>'); this.#space(), attributes++) this.#attribute();
    const isEmpty = this.#is('/>');
    this.#at += isEmpty ? 2 : 1;
    const lone = isEmpty ? '' : this.#content(name, attributes > 0);
    if (lone === null || attributes > 0) {
      this.#tree.close(this.#places.of(this.#at));
      node.type = `element of ${node.children}`;
      return;
    }
    this.#tree.rollback(mark);
    this.#tree.key(name);
    this.#tree.value('text', lone, 'element', start, this.#places.of(this.#at));
  }

  #attribute(): void {
    const start = this.#places.of(this.#at);
    const name = this.#name();
    this.#space();
    if (!this.#is('=')) throw this.#wrong(`${name} has no value`);
    this.#at++;
    this.#space();
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") throw this.#wrong(`${name} has no quotes`);
    this.#at++;
    const value = this.#past(quote);
    if (value.includes('<')) throw this.#wrong(`${name} has < in it`);
    this.#tree.key(`@${name}`);
    this.#tree.value('text', unescaped(value), 'attribute', start, this.#places.of(this.#at));
  }

  /** To behind the end tag. Answers its text where there is nothing else in it; else its text is among the values. */
  #content(name: string, hasAttributes: boolean): string | null {
    let text = '';
    let start = this.#at;
    let hasElements = false;
    const put = (): void => {
      const trimmed = text.trim();
      text = '';
      if (trimmed === '') return;
      this.#tree.key('#text');
      this.#tree.value('text', trimmed, 'text', this.#places.of(start), null);
    };
    for (;;) {
      const next = this.#text.indexOf('<', this.#at);
      if (next < 0) {
        this.#at = this.#text.length;
        throw this.#wrong('');
      }
      text += unescaped(this.#text.slice(this.#at, next));
      this.#at = next;
      if (this.#is('</')) break;
      if (this.#is('<!--')) this.#past('-->');
      else if (this.#is('<?')) this.#past('?>');
      else if (this.#is('<![CDATA[')) {
        this.#at += 9;
        text += this.#past(']]>');
      } else {
        hasElements = true;
        put();
        this.#element();
        start = this.#at;
      }
    }
    this.#at += 2;
    if (!this.#is(name) || !/[\s>]/.test(this.#text[this.#at + name.length] ?? '')) {
      throw this.#wrong(`</${name}> is missing`);
    }
    this.#past('>');
    if (hasElements || hasAttributes) {
      put();
      return null;
    }
    return text.trim();
  }
}

/** Halves of a pair are no characters, and neither is 0. */
function isCharacter(code: number): boolean {
  return (code > 0 && code < 0xd800) || (code > 0xdfff && code <= 0x10_ffff);
}

/** The five entities that need no declaration, and characters by their number. */
function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return ENTITIES.get(name) ?? whole;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return isCharacter(code) ? String.fromCodePoint(code) : whole;
  });
}
