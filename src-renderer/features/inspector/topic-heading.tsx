import { Fragment } from 'react';
import { shortened } from '../../../src-main/core/payload/visible.ts';
import type { TopicKey } from '../../../src-main/contract/model/model.ts';
import { displayTopic } from '../../../src-main/core/topics/names.ts';
import { levelsAbove } from '../../state/tree/go-to.ts';
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
  const slash = topic.lastIndexOf('/') + 1;
  const { before, levels } = levelsAbove(topicKey);
  return (
    <h2 className="insp-topic" aria-label={shortened(topic)} title={shortened(topic)}>
      {slash === 0 ? null : (
        <span className="insp-up cut-front">
          <bdi>
            {before}
            {levels.map(({ key, name }) => (
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
                  {name}
                </button>
                /
              </Fragment>
            ))}
          </bdi>
        </span>
      )}
      <bdi className="insp-name">{topic.slice(slash)}</bdi>
    </h2>
  );
}
