import { CircleAlert, CircleDashed, CircleDot, CircleOff, RotateCw, type LucideIcon } from 'lucide-react';
import type { ConnectionState } from '../../../../src-main/contract/model/model.ts';
import { isBusy } from '../../../state/connections/describe.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import './state-icon.css';

function glyph(state: ConnectionState | null): readonly [LucideIcon, string] {
  if (state === null) return [CircleDashed, 'tone-faint'];
  if (state.kind === 'online') return [CircleDot, 'tone-ok state-icon-online'];
  if (state.kind === 'waiting') return [RotateCw, 'tone-warn'];
  if (isBusy(state)) return [RotateCw, 'tone-mut state-icon-busy'];
  return state.kind === 'stopped' && state.why !== null
    ? [CircleAlert, 'tone-err']
    : [CircleOff, 'tone-faint'];
}

/** Ring with dot, turning arrow, dashed ring; null is a profile that is not open. */
export function StateIcon({
  state,
  size = 16,
}: {
  readonly state: ConnectionState | null;
  readonly size?: 14 | 16;
}) {
  const [of, className] = glyph(state);
  return <Icon of={of} size={size} className={className} />;
}
