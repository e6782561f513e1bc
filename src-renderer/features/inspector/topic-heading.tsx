import { Fragment, useContext } from 'react';
import { shortened } from '../../../src-main/core/payload/visible.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { separatorOf } from '../../../src-main/core/topics/levels.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { levelsAbove } from '../../state/tree/go-to.ts';
import { TreeSeparator } from '../../ui/tree/separator.ts';
import type { ConnectionSession } from '../../state/tree/tree-session.ts';

interface TopicHeadingProps {
  readonly session: ConnectionSession;
  readonly topicKey: TopicKey;
}

/**
 * The full topic as one text; the last level is where you are, and a click on one above goes there. By
 * keys that is one command, so the levels are no stops of the tab key.
 */
export function TopicHeading({ session, topicKey }: TopicHeadingProps) {
  const topic = displayTopic(topicKey);
  const given = useContext(TreeSeparator);
  const separator = separatorOf(topicKey, given);
  const name = topic.lastIndexOf(separator) + 1;
  const { before, levels } = levelsAbove(topicKey, given);
  return (
    <h2 className="insp-topic" aria-label={shortened(topic)} title={shortened(topic)}>
      {name === 0 ? null : (
        <span className="insp-up cut-front">
          <bdi>
            {before}
            {levels.map(({ key, name: level }) => (
              <Fragment key={key}>
                <button
                  type="button"
                  className="insp-level"
                  tabIndex={-1}
                  aria-label={`Go to ${shortened(displayTopic(key))}`}
                  onClick={() => {
                    session.select(key);
                    session.reveal(key);
                  }}
                >
                  {level}
                </button>
                {separator}
              </Fragment>
            ))}
          </bdi>
        </span>
      )}
      <bdi className="insp-name">{topic.slice(name)}</bdi>
    </h2>
  );
}
