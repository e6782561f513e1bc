import { useEffect } from 'react';
import { shortened } from '../../../../src-main/core/payload/visible.ts';
import { CircleAlert, TriangleAlert } from 'lucide-react';
import { useStore } from 'zustand';
import type { TopicKey } from '../../../../src-main/contract/model/model.ts';
import type { Inventory } from '../../../../src-main/contract/session/inventory.ts';
import { subtreeTerm } from '../../../../src-main/core/query/grammar/topic-term.ts';
import { EMPTY_LEVEL, topicText } from '../../../../src-main/core/topics/names.ts';
import { inventoryOf, type InventorySession } from '../../../state/retained/inventory-session.ts';
import type { ConnectionSession } from '../../../state/tree/tree-session.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { formatBytes, formatCount, formatCounted, plural } from '../../../ui/base/format.ts';
import { useNow } from '../../../ui/base/use-now.ts';
import { Icon } from '../../../ui/base/icon.tsx';
import { probeWords, withMeasure } from './inventory-labels.ts';
import { SnapshotsPart } from '../snapshots/snapshots-part.tsx';
import { TrashPart } from './trash-part.tsx';
import './inventory.css';
import './inventory-side.css';

const AGES = ['under 1 h', '1 h to 1 d', '1 d to 30 d', '30 d to 90 d', 'over 90 d'] as const;

/** `region` "Retained summary": what is selected, how old and where it is, and what the broker says. */
export function InventorySummary({ session }: { readonly session: ConnectionSession }) {
  const inventory = inventoryOf(session);
  const listed = useStore(inventory.store, (state) => state.inventory);
  useEffect(() => inventory.watch(), [inventory]);
  return (
    <section aria-label="Retained summary" className="inv-side" tabIndex={0}>
      {listed === null ? (
        <p className="inv-part tone-mut">Looking up what is retained…</p>
      ) : (
        <>
          <Figures listed={listed} session={session} />
          <Subtrees listed={listed} session={session} />
          <Ages listed={listed} session={session} inventory={inventory} />
          <SnapshotsPart session={session} />
          <TrashPart session={session} />
        </>
      )}
    </section>
  );
}

function Figures({ listed, session }: { readonly listed: Inventory; readonly session: ConnectionSession }) {
  useNow();
  const now = session.now();
  const { summary, probe, shortfall, cut } = listed;
  const { chosen, unchosen, count, bytes } = summary;
  return (
    <div className="inv-part">
      <p>
        <b>{formatCount(chosen.count)} selected</b>{' '}
        <span className="tone-mut">
          of {formatCount(count)}, {formatBytes(bytes)}
        </span>
      </p>
      <dl className="inv-figures">
        <div>
          <dt>Will return</dt>
          <dd className={chosen.returning > 0 ? 'tone-warn' : undefined}>{formatCount(chosen.returning)}</dd>
        </div>
        <div>
          <dt>Not selected</dt>
          <dd>
            {formatCount(count - chosen.count)}{' '}
            <span className="tone-mut">{leftWords(count - chosen.count, unchosen)}</span>
          </dd>
        </div>
        <div>
          <dt>Probed</dt>
          <dd>{probeWords(probe, now)}</dd>
        </div>
        {shortfall === null ? null : (
          <div>
            <dt>Broker counts</dt>
            <dd>
              {formatCount(shortfall.announced)}{' '}
              <span className="tone-mut">
                {shortfall.missing === 0 ? 'all seen' : `${formatCount(shortfall.missing)} more than seen`}
              </span>
            </dd>
          </div>
        )}
      </dl>
      <Warnings listed={listed} />
      {cut ? <p className="inv-note">There are more: only {formatCount(count)} are listed.</p> : null}
    </div>
  );
}

/** Why some are not selected: `(all protected)`, or how many are unknown and how many protected. */
function leftWords(left: number, { unknown, protected: locked }: Inventory['summary']['unchosen']): string {
  const all = left === 1 ? '' : 'all ';
  const part = (count: number, word: string) =>
    count === 0 ? [] : [count === left ? `${all}${word}` : `${formatCount(count)} ${word}`];
  const words = [...part(unknown, 'unknown'), ...part(locked, 'protected')].join(', ');
  return words === '' ? '' : `(${words})`;
}

function Warnings({ listed: { probe, shortfall } }: { readonly listed: Inventory }) {
  const missing = shortfall?.missing ?? 0;
  return (
    <>
      {missing > 0 ? (
        <p className="inv-note">
          <Icon of={TriangleAlert} size={14} className="tone-warn" />
          {formatCounted(missing, 'message')} that the broker counts {plural(missing, 'was', 'were')} not
          seen: not allowed to this user, or lost in a large scan. An estimate: the count includes $SYS and is
          refreshed every few seconds.
        </p>
      ) : null}
      {probe.kind === 'done' && (probe.problem !== null || probe.unanswered > 0) ? (
        <p className="inv-note">
          <Icon of={CircleAlert} size={14} className="tone-warn" />
          {probe.problem ?? ''} {formatCounted(probe.unanswered, 'topic')} without a certain answer in the
          last probe.
        </p>
      ) : null}
    </>
  );
}

function Subtrees({ listed, session }: { readonly listed: Inventory; readonly session: ConnectionSession }) {
  const { subtrees, more } = listed.summary;
  if (subtrees.length === 0) return null;
  const most = Math.max(...subtrees.map(({ count }) => count));
  return (
    <div className="inv-part">
      <h3>
        By subtree <span className="tone-mut">messages, bytes</span>
      </h3>
      <ul className="inv-list">
        {subtrees.map(({ key, topic, count, bytes }) => (
          <li key={key}>
            <SubtreeLink session={session} topicKey={key} topic={topic} />
            <meter className="inv-meter" min={0} max={most} value={count} aria-hidden />
            <span className="num">{formatCount(count)}</span>
            <span className="num tone-mut">{formatBytes(bytes)}</span>
          </li>
        ))}
        {more.subtrees === 0 ? null : (
          <li className="tone-mut">
            <span>{formatCount(more.subtrees)} more</span>
            <span />
            <span className="num">{formatCount(more.count)}</span>
            <span className="num">{formatBytes(more.bytes)}</span>
          </li>
        )}
      </ul>
    </div>
  );
}

interface SubtreeLinkProps {
  readonly session: ConnectionSession;
  readonly topicKey: TopicKey;
  readonly topic: string;
}

/** Filters by a subtree; off where no filter can name it. */
function SubtreeLink({ session, topicKey, topic }: SubtreeLinkProps) {
  const separator = useStore(session.store, (state) => state.separator);
  const text = topicText(topicKey);
  const term = text === null ? null : subtreeTerm(text, separator);
  return (
    <button
      type="button"
      className="inv-link cut"
      disabled={term === null}
      title={`Filter ${shortened(topic)}`}
      onClick={() => session.setFilter(term ?? '')}
    >
      {topic === '' ? <span className="tone-mut">{EMPTY_LEVEL}</span> : <bdi>{topic}</bdi>}
    </button>
  );
}

interface AgesProps {
  readonly listed: Inventory;
  readonly session: ConnectionSession;
  readonly inventory: InventorySession;
}

function Ages({ listed: { summary }, session, inventory }: AgesProps) {
  const most = Math.max(1, ...summary.ages);
  const known = summary.ages.reduce((sum, count) => sum + count, 0);
  const olderThan30 = () =>
    session.setFilter(withMeasure(session.store.getState().filter, 'seen', 'seen>30d'));
  return (
    <div className="inv-part">
      <h3>
        By age
        <span className="inv-part-end">
          <Button variant="quiet" onClick={olderThan30}>
            Show older than 30 d
          </Button>
          <Button variant="quiet" onClick={() => inventory.setState('stale')}>
            Show stale {formatCount(summary.stale)}
          </Button>
        </span>
      </h3>
      {known === 0 ? (
        <p className="tone-mut">Age unknown for all messages.</p>
      ) : (
        <table className="inv-ages" aria-label="Messages by age">
          <tbody>
            <tr>
              {summary.ages.map((count, at) => (
                <td key={AGES[at]}>
                  <span>{formatCount(count)}</span>
                  <i aria-hidden style={{ height: `${Math.round((48 * count) / most)}px` }} />
                </td>
              ))}
            </tr>
            <tr>
              {AGES.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </tbody>
        </table>
      )}
      {known > 0 && known < summary.count ? (
        <p className="tone-mut">Age unknown for {formatCounted(summary.count - known, 'message')}.</p>
      ) : null}
    </div>
  );
}
