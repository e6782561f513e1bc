import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { previewWords } from '../../../src-main/core/payload/preview-notation.ts';
import type { ClearResult, RestoreResult } from '../../../src-main/contract/session/outcomes.ts';
import { classes } from '../../ui/base/classes.ts';
import { formatBytes } from '../../ui/base/format.ts';
import { Icon } from '../../ui/base/icon.tsx';
import type { PlannedTopic } from './plan.ts';
import { evidenceWords, restoredWords, resultWords, type Said } from './retained-labels.ts';
import { ExcludedTable, TopicCell } from './topic-tables.tsx';

/** Characters of a value that are shown. */
const VALUE_CHARS = 48;

interface PlanListProps {
  readonly topics: readonly PlannedTopic[];
  readonly results: readonly ClearResult[] | null;
  readonly restored: readonly RestoreResult[];
  /** The engine's clock, ms. */
  readonly now: number;
}

/** The topics that will be cleared with what is lost, and below them those that will not, with the reason. */
export function PlanList({ topics, results, restored, now }: PlanListProps) {
  const clearable = topics.filter(({ excluded }) => excluded === null);
  const excluded = topics.filter((topic) => topic.excluded !== null);
  return (
    <section className="clr-scroll" tabIndex={0} aria-label="Topics to clear">
      {clearable.length === 0 ? null : (
        <table className="clr-table">
          <thead>
            <tr>
              <th scope="col">Topic</th>
              <th scope="col">Value</th>
              <th scope="col" className="num">
                Size
              </th>
              <th scope="col">{results === null ? 'Known from' : 'Result'}</th>
            </tr>
          </thead>
          <tbody>
            {clearable.map((topic) => (
              <tr key={topic.key}>
                <TopicCell topic={topic.topic} />
                <td className="mono cut" title={previewWords(topic.preview, VALUE_CHARS)}>
                  <bdi>{previewWords(topic.preview, VALUE_CHARS)}</bdi>
                </td>
                <td className="num">{formatBytes(topic.size)}</td>
                <td>
                  <Fate said={fateOf(topic, results, restored)} evidence={evidenceWords(topic.fact, now)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ExcludedTable topics={excluded} />
    </section>
  );
}

function fateOf(
  { key }: PlannedTopic,
  results: readonly ClearResult[] | null,
  restored: readonly RestoreResult[],
): Said | null {
  const back = restored.find((one) => one.key === key);
  if (back !== undefined) return restoredWords(back.outcome);
  const result = results?.find((one) => one.key === key);
  return result === undefined ? null : resultWords(result);
}

const ICONS = { ok: CircleCheck, warn: TriangleAlert, err: CircleAlert } as const;

function Fate({ said, evidence }: { readonly said: Said | null; readonly evidence: string }) {
  if (said === null) return <span className="tone-mut">{evidence}</span>;
  return (
    <span className={classes('clr-fate', said.tone !== 'ok' && `tone-${said.tone}`)}>
      <Icon of={ICONS[said.tone]} size={14} className={`tone-${said.tone}`} />
      <span>
        {said.words}
        {said.advice === '' ? null : <span className="tone-mut"> {said.advice}</span>}
      </span>
    </span>
  );
}
