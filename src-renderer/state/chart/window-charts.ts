import { MOST_PINNED, PinnedChart } from '../../../src-main/contract/model/model.ts';
import type { KeptValues } from '../browser/memory.ts';
import type { WindowPlace } from '../connections/pinned-with-profile.ts';

/**
 * Pinned charts that this window remembers, by the broker's address. Profiles that share an address each
 * take over what was kept for it, so it stays.
 */
export function windowCharts(memory: KeptValues): WindowPlace<PinnedChart> {
  return {
    read: ({ address }) => readPinned(memory.get(`charts ${address}`)),
    write({ profileId, address }, pinned) {
      if (profileId !== null) return;
      memory.set(`charts ${address}`, pinned.length === 0 ? null : JSON.stringify(pinned));
    },
  };
}

function readPinned(text: string | null): readonly PinnedChart[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    if (!Array.isArray(value)) return [];
    return value
      .flatMap((one: unknown) => {
        const parsed = PinnedChart.safeParse(one);
        return parsed.success ? [parsed.data] : [];
      })
      .slice(-MOST_PINNED);
  } catch {
    return [];
  }
}
