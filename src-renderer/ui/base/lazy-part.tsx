import { lazy, type ComponentType } from 'react';

/** Waits before a part is asked for once more, ms: a host that was busy, or is started again, is back after them. */
const AGAIN_AFTER_MS = [300, 1_000, 3_000];

/** Starts parts anew that could not be loaded. */
const failed = new Set<() => void>();

/** The code of a part did not come, however often it was asked for. */
export class PartNotLoaded extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'PartNotLoaded';
  }
}

/** Those whose loading failed are loaded again when they are drawn next; until then they fail at once. */
export function askAgainForParts(): void {
  for (const begin of failed) begin();
  failed.clear();
}

/**
 * A part of the window that is loaded when it is first drawn, inside a `Suspense`. What fails to load is asked
 * for again by itself; when that fails too, it is a fault for the `FaultBoundary` around, whose button asks anew.
 * React's `lazy` alone keeps the first failure for as long as the page is open.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): ComponentType<Props> {
  let Part: ComponentType<Props>;
  const begin = (): void => {
    Part = lazy(async () => ({ default: await loadPatiently(load, begin) })) as ComponentType<Props>;
  };
  begin();
  return function LazyPart(props: Props) {
    return <Part {...props} />;
  };
}

/** @param begin starts anew after all of it failed */
async function loadPatiently<Part>(load: () => Promise<Part>, begin: () => void): Promise<Part> {
  for (const wait of AGAIN_AFTER_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
      askAgainForStyles();
    }
  }
  return load().catch((error: unknown) => {
    failed.add(begin);
    throw new PartNotLoaded(error);
  });
}

/** A part's style sheet is asked for once by what loads the part, even where that failed. */
function askAgainForStyles(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) {
    if (!hasRules(link)) link.replaceWith(link.cloneNode());
  }
}

/** The rules of a sheet that failed to load must not be looked at, as if it were another site's. */
function hasRules({ sheet }: HTMLLinkElement): boolean {
  try {
    return sheet !== null && sheet.cssRules.length > 0;
  } catch {
    return false;
  }
}
