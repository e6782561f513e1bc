import { useId, useState, type KeyboardEvent } from 'react';
import { separatorOf } from '../../../src-main/core/topics/levels.ts';
import { displayTopic, oddWords, topicParts } from '../../../src-main/core/topics/names.ts';
import { MarkedInput } from '../../ui/controls/marked-input.tsx';
import './topic-field.css';

interface TopicFieldProps {
  readonly value: string;
  readonly onChange: (topic: string) => void;
  readonly invalid: boolean;
  readonly describedBy: string;
  readonly readOnly: boolean;
  /** Between the levels of the tree. */
  readonly separator: string;
  /** Topics that what is typed may become, the likeliest first. */
  readonly complete: (typed: string) => readonly string[];
}

const NONE: readonly string[] = [];

/** `textbox` "Topic", which offers topics that are known while one is typed. */
export function TopicField(props: TopicFieldProps) {
  const { value, onChange, invalid, describedBy, readOnly, separator, complete } = props;
  const [list, setList] = useState(NONE);
  /** -1: none, so that what was typed is never replaced by leaving the field. */
  const [chosen, setChosen] = useState(-1);
  const id = useId();
  const isOpen = list.length > 0;
  const close = () => setList(NONE);
  const offer = (typed: string) => {
    setList(complete(typed));
    setChosen(-1);
  };
  const take = (topic: string | undefined) => {
    if (topic === undefined) return;
    onChange(topic);
    // A branch goes on: what is below it is offered next.
    if (topic.endsWith(separatorOf(topic, separator))) offer(topic);
    else close();
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (!isOpen) {
      if (event.key === 'ArrowDown' && !event.altKey) {
        event.preventDefault();
        offer(value);
      }
      return;
    }
    const takes =
      event.key === 'Tab' ? !event.shiftKey : event.key === 'Enter' && !event.ctrlKey && !event.metaKey;
    if (event.key === 'ArrowDown') setChosen(chosen + 1 < list.length ? chosen + 1 : -1);
    else if (event.key === 'ArrowUp') setChosen(chosen < 0 ? list.length - 1 : chosen - 1);
    else if (takes && chosen >= 0) take(list[chosen]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="pub-topic">
      <MarkedInput
        data-first=""
        aria-label="Topic"
        aria-invalid={invalid ? true : undefined}
        aria-describedby={describedBy}
        aria-autocomplete="list"
        aria-controls={isOpen ? `${id}-list` : undefined}
        aria-activedescendant={isOpen && chosen >= 0 ? `${id}-${String(chosen)}` : undefined}
        placeholder="Topic"
        spellCheck={false}
        autoComplete="off"
        readOnly={readOnly}
        value={value}
        parts={topicParts(value)}
        note={oddWords(value)}
        onChange={({ target }) => {
          onChange(target.value);
          offer(target.value);
        }}
        onBlur={close}
        onKeyDown={pressed}
      />
      {isOpen ? <Suggestions id={id} list={list} chosen={chosen} onTake={take} /> : null}
    </div>
  );
}

interface SuggestionsProps {
  /** Of the field. */
  readonly id: string;
  readonly list: readonly string[];
  readonly chosen: number;
  readonly onTake: (topic: string) => void;
}

function Suggestions({ id, list, chosen, onTake }: SuggestionsProps) {
  return (
    <div role="listbox" id={`${id}-list`} aria-label="Topic suggestions" className="pub-topics">
      {list.map((topic, at) => (
        <div
          key={topic}
          role="option"
          id={`${id}-${String(at)}`}
          aria-selected={at === chosen}
          className="pub-topics-option"
          // The focus stays in the field.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(topic)}
        >
          <bdi>{displayTopic(topic)}</bdi>
        </div>
      ))}
    </div>
  );
}
