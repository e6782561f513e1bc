import type { Page } from 'playwright-core';
import { UNSAFE } from '../../src-main/core/payload/visible.ts';

/** What follows a line break in names and topics of the tests: a line that would look like one of ours. */
export const FORGED = 'Forged: line';

export interface DrawnText {
  /** What was drawn as it is since the last call and must not be: a place, and the text. */
  take(): Promise<readonly string[]>;
}

/**
 * Looks at everything that the page draws or says from now on: texts, attributes, the title of the window, what
 * is painted on a canvas, notifications of the system. It follows the page by its changes, so that nothing has to
 * be listed, and nothing is missed because it was there for a moment only.
 *
 * Not looked at, because they are what a person types and have to stay as they are: the contents of fields, and
 * copies that lie over or under one to mark and colour what it holds (`.overlaid`, `.pub-mirror`). Nor `data-` attributes, which are neither
 * drawn nor said: `data-topic` is the topic as it is, for scripts.
 */
export async function followDrawnText(page: Page): Promise<DrawnText> {
  await page.evaluate(follow, {
    source: UNSAFE.source,
    flags: UNSAFE.flags.replace('g', ''),
    forged: FORGED,
  });
  return {
    take: async () => {
      // Two frames: what was asked for before is drawn.
      await page.evaluate(
        () =>
          new Promise((done) => {
            requestAnimationFrame(() => requestAnimationFrame(done));
          }),
      );
      return page.evaluate(() => (globalThis as unknown as Following).takeUnsafeText());
    },
  };
}

interface Following {
  takeUnsafeText: () => readonly string[];
}

interface Looking {
  readonly source: string;
  readonly flags: string;
  readonly forged: string;
}

/** In the page. */
function follow({ source, flags, forged }: Looking): void {
  const unsafe = new RegExp(source, flags);
  const found = new Set<string>();
  const look = (where: string, text: string): void => {
    // Line breaks and tabs are ours in hints, and belong to a payload; a line of somebody else's is not.
    const isForged = text.includes(`\n${forged}`) && !where.startsWith('text');
    if (!isForged && text.replaceAll(/[\n\t]/g, ' ').search(unsafe) < 0) return;
    found.add(`${where}: ${JSON.stringify(text.slice(0, 160))}`);
  };
  const pathOf = (one: Element): string => {
    const box = one.closest('[role=dialog],[role=menu],[role=tabpanel],[aria-label],section,nav');
    return `<${one.localName} class="${one.getAttribute('class') ?? ''}"> in ${box?.getAttribute('aria-label') ?? box?.localName ?? 'page'}`;
  };
  const lookAtText = (node: Node): void => {
    const parent = node.parentElement;
    if (parent === null || parent.closest('textarea,script,style,.overlaid,.pub-mirror') !== null) return;
    look(`text of ${pathOf(parent)}`, node.nodeValue ?? '');
  };
  const lookAtAttribute = (one: Element, name: string): void => {
    if (name.startsWith('data-')) return;
    if (name === 'value' && one.matches('input:not([type=button],[type=submit])')) return;
    // Of a select the text is drawn; of a list of suggestions the value.
    if (name === 'value' && one.localName === 'option' && one.closest('datalist') === null) return;
    look(`${name} of ${pathOf(one)}`, one.getAttribute(name) ?? '');
  };
  const lookAt = (root: Node): void => {
    if (root.nodeType === Node.TEXT_NODE) return lookAtText(root);
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node: Node | null = root; node !== null; node = walk.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) lookAtText(node);
      else if (node instanceof Element) {
        for (const name of node.getAttributeNames()) lookAtAttribute(node, name);
      }
    }
  };
  const take = (changes: readonly MutationRecord[]): void => {
    for (const { type, target, attributeName, addedNodes } of changes) {
      if (type === 'characterData') lookAtText(target);
      else if (type === 'attributes') lookAtAttribute(target as Element, attributeName ?? '');
      else for (const node of addedNodes) lookAt(node);
    }
  };
  const observer = new MutationObserver(take);
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  lookAt(document.documentElement);

  for (const name of ['fillText', 'strokeText'] as const) {
    const paint = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (text: string, ...at: [number, number, number?]) {
      look(`picture (${name})`, text);
      paint.call(this, text, ...at);
    };
  }
  class Seen {
    static readonly permission = 'granted';
    constructor(title: string, { body = '' }: { readonly body?: string } = {}) {
      look('notification', title);
      look('notification', body);
    }
  }
  globalThis.Notification = Seen as unknown as typeof Notification;

  (globalThis as unknown as Following).takeUnsafeText = () => {
    take(observer.takeRecords());
    const taken = [...found];
    found.clear();
    return taken;
  };
}
