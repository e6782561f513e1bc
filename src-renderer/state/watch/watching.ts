import { FieldPath, MAX_WATCHED, type TopicKey } from '../../../src-main/contract/model/model.ts';
import type { WatchList } from './watch-list.ts';

/** Why a field can be neither watched nor charted; null where it can be. */
export function whyNotKept(path: FieldPath): string | null {
  return FieldPath.safeParse(path).success ? null : 'it lies too deep, or its name is too long';
}

/** What watching a topic, or a field of it, is called now. `off`: why it cannot be. */
export function watching(
  watch: Pick<WatchList, 'isWatched' | 'store'>,
  key: TopicKey,
  path: FieldPath | null = null,
) {
  const isWatched = watch.isWatched(key, path);
  const isFull = !isWatched && watch.store.getState().rows.length >= MAX_WATCHED;
  return {
    isWatched,
    label: isWatched ? 'Stop watching' : 'Watch',
    off: whyNotKept(path ?? []) ?? (isFull ? `${MAX_WATCHED} are watched already` : null),
  };
}
