import { useEffect, useState } from 'react';
import type { Publishing } from '../../../state/publish/publish-drafts.ts';
import type { SeriesList } from '../../../state/publish/series/series-list.ts';

/** The series of the connection, followed while they are drawn; null: not yet. */
export function useSeriesList(publishing: Publishing): SeriesList | null {
  const [list, setList] = useState<SeriesList | null>(null);
  useEffect(() => {
    const opened = publishing.followSeries();
    setList(opened);
    return () => opened.close();
  }, [publishing]);
  return list;
}
