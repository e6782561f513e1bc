interface VariableListProps {
  readonly onInsert: (text: string) => void;
}

const VARIABLES: readonly (readonly [string, string])[] = [
  ['${now}', 'ms since 1970'],
  ['${iso}', 'time as text'],
  ['${uuid}', 'new each time'],
  ['${counter}', 'counts what is sent'],
  ['${random 10 30}', 'both included'],
  ['${env NAME}', 'asks once a broker'],
  ['${value TOPIC .field}', 'latest of a topic'],
  ['${topic 2}', 'level of this topic'],
];

/** What can stand in a message; a press puts it into the payload. */
export function VariableList({ onInsert }: VariableListProps) {
  return (
    <section aria-label="Variables" className="kept-part">
      <header className="kept-head">
        <h3>Variables</h3>
        <span className="tone-mut">choose one to insert it</span>
      </header>
      <div className="kept-variables">
        {VARIABLES.map(([text, means]) => (
          <button
            key={text}
            type="button"
            className="kept-variable"
            aria-description={means}
            onClick={() => onInsert(text)}
          >
            <code className="mono">{text}</code>
            <span aria-hidden className="tone-mut cut" data-means={means} />
          </button>
        ))}
      </div>
    </section>
  );
}
