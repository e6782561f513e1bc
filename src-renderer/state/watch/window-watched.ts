import { z } from 'zod';
import { MAX_WATCHED, WatchedItem } from '../../../src-main/contract/model/model.ts';
import type { KeptValues } from '../browser/memory.ts';
import type { PinnedHome, WindowPlace } from '../connections/pinned-with-profile.ts';

const MEMORY = 'watched';
/** Connections of which watched items are remembered. */
const MAX_PLACES = 50;
const Kept = z.array(z.tuple([z.string(), z.array(WatchedItem).max(MAX_WATCHED)]));

const nameOf = ({ profileId, address }: PinnedHome): string => profileId ?? address;

/** What this window remembers as watched: by profile before those kept it themselves, and by address. */
export function windowWatched(memory: KeptValues): WindowPlace<WatchedItem> {
  const all = (): z.infer<typeof Kept> => {
    try {
      return Kept.safeParse(JSON.parse(memory.get(MEMORY) ?? '[]')).data ?? [];
    } catch {
      return [];
    }
  };
  return {
    read: (home) => all().find(([place]) => place === nameOf(home))?.[1] ?? [],
    write(home, items) {
      const others = all().filter(([place]) => place !== nameOf(home));
      const mine = items.map(({ key, path }) => ({ key, path }));
      const next = mine.length === 0 ? others : [...others, [nameOf(home), mine]];
      memory.set(MEMORY, JSON.stringify(next.slice(-MAX_PLACES)));
    },
  };
}
