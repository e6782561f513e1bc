import { ChartLine, X } from 'lucide-react';
import type { PinnedChart } from '../../../../src-main/contract/model/model.ts';
import { escapeUnsafe, shortened } from '../../../../src-main/core/payload/visible.ts';
import type { Charts } from '../../../state/chart/charts.ts';
import { formatCounted } from '../../../ui/base/format.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { IconButton } from '../../../ui/controls/button.tsx';

interface PinnedChartsProps {
  readonly charts: Charts;
  readonly pinned: readonly PinnedChart[];
}

/** `region` "Pinned charts": kept with the connection's profile. */
export function PinnedCharts({ charts, pinned }: PinnedChartsProps) {
  if (pinned.length === 0) return null;
  return (
    <section aria-label="Pinned charts" className="insp-chart-pinned">
      <h3>Pinned charts</h3>
      <ul>
        {pinned.map(({ name, fields }) => (
          <li key={name}>
            <button type="button" onClick={() => charts.show(fields)}>
              <Icon of={ChartLine} size={12} />
              <bdi className="cut">{escapeUnsafe(name)}</bdi>
              <small className="tone-mut">{formatCounted(fields.length, 'series', 'series')}</small>
            </button>
            <IconButton
              small
              label={`Unpin ${shortened(name)}`}
              icon={X}
              onClick={() => charts.unpin(name)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
