import { useLayoutEffect, useState, type ComponentType, type ReactNode } from 'react';

/** Waits before a part is asked for once more, ms: a host that was busy, or is started again, is back after them. */
const AGAIN_AFTER_MS = [300, 1_000, 3_000];

/** The code of a part did not come, however often it was asked for. */
export class PartNotLoaded extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'PartNotLoaded';
  }
}

export type LazyPart<Props> = ComponentType<Props> & {
  /**
   * Loads it before it is drawn, so that it is there at once then.
   *
   * @throws PartNotLoaded
   */
  readonly loadAhead: () => Promise<void>;
};

/**
 * A part of the window that is loaded when it is first drawn. What fails to load is asked for again by itself;
 * when that fails too, it is a fault for the `FaultBoundary` around, whose button asks anew. Not React's own
 * `lazy`, which keeps a failure for good and holds back what came (decision 0034).
 *
 * @param place stands in its place until it is loaded
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  place: ReactNode = null,
): LazyPart<Props> {
  let Loaded: ComponentType<Props> | null = null;
  let loading: Promise<void> | null = null;
  const keep = (part: ComponentType<Props>): void => {
    Loaded = part;
  };
  const loadAhead = (): Promise<void> => {
    if (Loaded !== null) return Promise.resolve();
    loading ??= loadPatiently(load)
      .then(keep)
      .finally(() => {
        loading = null;
      });
    return loading;
  };
  function Part(props: Props) {
    const [Shown, show] = useState(() => Loaded);
    const [fault, fail] = useState<unknown>(null);
    useLayoutEffect(() => {
      if (Shown !== null) return undefined;
      let isGone = false;
      loadAhead().then(
        () => isGone || show(() => Loaded),
        (error: unknown) => isGone || fail(error),
      );
      return () => {
        isGone = true;
      };
    }, [Shown]);
    if (fault !== null) throw fault;
    return Shown === null ? place : <Shown {...props} />;
  }
  return Object.assign(Part, { loadAhead });
}

async function loadPatiently<Part>(load: () => Promise<Part>): Promise<Part> {
  for (const wait of AGAIN_AFTER_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait));
      askAgainForStyles();
    }
  }
  return load().catch((error: unknown) => {
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
