import { useEffect, useState } from 'react';
import type { KeptMessages } from '../../../state/publish/kept-messages.ts';
import type { Publishing } from '../../../state/publish/publish-drafts.ts';
import type { SeriesList } from '../../../state/publish/series/series-list.ts';

export const followKept = (publishing: Publishing): KeptMessages => publishing.followKept();
export const followSeries = (publishing: Publishing): SeriesList => publishing.followSeries();

/** A list of the connection, followed while it is drawn; null: not yet. */
export function useFollowed<T extends { close(): void }>(
  publishing: Publishing,
  follow: (publishing: Publishing) => T,
): T | null {
  const [list, setList] = useState<T | null>(null);
  useEffect(() => {
    const opened = follow(publishing);
    setList(opened);
    return () => opened.close();
  }, [publishing, follow]);
  return list;
}
