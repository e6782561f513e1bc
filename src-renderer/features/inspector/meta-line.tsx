import type { ReactNode } from 'react';
import { Pin } from 'lucide-react';
import type { SelectedTopic } from '../../../src-main/contract/model/view.ts';
import type { Inspector, InspectorState } from '../../state/inspector/inspector.ts';
import { Button } from '../../ui/controls/button.tsx';
import { formatBytes, formatClockMs, formatInterval } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import { retainedShort, retainedWords } from './retained-labels.ts';

interface MetaLineProps {
  readonly inspector: Inspector;
  readonly state: InspectorState;
  readonly topic: SelectedTopic | null;
}

/** When the shown message came, how, and what is known of the stored one. */
export function MetaLine({
  inspector,
  state,
  topic,
  children,
}: MetaLineProps & { readonly children?: ReactNode }) {
  const meta = state.loaded?.meta ?? null;
  const retained = topic === null ? null : retainedShort(topic.retained);
  return (
    <div className="insp-meta">
      {meta === null ? null : (
        <>
          <span className="insp-time">{formatClockMs(meta.at)}</span>
          <span>QoS {meta.qos}</span>
          {meta.dup ? <span>duplicate</span> : null}
        </>
      )}
      {topic === null || retained === null ? null : (
        <span title={retainedWords(topic.retained)} className="cut">
          {topic.retained.state === 'retained' ? (
            <Icon of={Pin} size={12} className="tone-ret insp-pin" />
          ) : null}
          {retained}
        </span>
      )}
      {meta === null ? null : (
        <span>
          {meta.kept < meta.size
            ? `${formatBytes(meta.kept)} of ${formatBytes(meta.size)}`
            : formatBytes(meta.size)}
        </span>
      )}
      {topic === null || topic.usual === null ? null : (
        <span className="cut" title="How often this topic usually comes, learnt from its messages">
          {formatInterval(topic.usual)}
        </span>
      )}
      <StoredSwitch inspector={inspector} state={state} topic={topic} />
      {children}
    </div>
  );
}

/** The stored message where the latest is another one: after a retained A and a live B, A is still there. */
function StoredSwitch({ inspector, state, topic }: MetaLineProps) {
  const stored = topic?.lastRetained ?? null;
  const on = state.which.kind === 'retained';
  if (!on && (stored === null || stored.seq === topic?.latest?.seq)) return null;
  return (
    <Button
      variant="quiet"
      className="insp-stored"
      aria-pressed={on}
      title="The last message that was delivered as retained, instead of the latest"
      onClick={() => (on ? inspector.follow() : inspector.inspect({ kind: 'retained' }))}
    >
      Retained value
    </Button>
  );
}
