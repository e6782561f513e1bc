import { useContext } from 'react';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { separatorOf } from '../../../src-main/core/topics/levels.ts';
import { shortened } from '../../../src-main/core/payload/visible.ts';
import { TreeSeparator } from '../../ui/tree/separator.ts';

/** The name of a topic as the head of its row; its last level, in which neighbours differ, stands out. */
export function TopicCell({ topic }: { readonly topic: string }) {
  const separator = separatorOf(topic, useContext(TreeSeparator));
  const name = topic.lastIndexOf(separator) + 1;
  return (
    <th scope="row" className="cut" title={shortened(topic)}>
      <bdi className="tone-mut">{shortened(topic.slice(0, name))}</bdi>
      <bdi>{shortened(topic.slice(name))}</bdi>
    </th>
  );
}

interface ExcludedTableProps {
  readonly topics: readonly {
    readonly key: TopicKey;
    readonly topic: string;
    readonly excluded: string | null;
  }[];
}

/** What would not be cleared, with the reason. */
export function ExcludedTable({ topics }: ExcludedTableProps) {
  if (topics.length === 0) return null;
  return (
    <table className="clr-table clr-excluded">
      <caption>Excluded, with the reason</caption>
      <tbody>
        {topics.map(({ key, topic, excluded }) => (
          <tr key={key}>
            <TopicCell topic={topic} />
            <td>{excluded}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
