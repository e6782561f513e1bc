import { Fragment, memo } from 'react';
import type { ImportEntry } from '../../../../src-main/contract/profiles/transfer.ts';
import { escapeUnsafe } from '../../../../src-main/core/payload/visible.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { Checkbox } from '../../../ui/controls/field.tsx';
import { formatCounted } from '../../../ui/base/format.ts';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import type { Choice } from './import-entries.ts';

interface ImportListProps {
  readonly app: AppState;
  readonly entries: readonly ImportEntry[];
  readonly choices: ReadonlyMap<number, Choice>;
  readonly onChoose: (index: number, choice: Choice) => void;
  readonly onChooseAll: (chosen: boolean) => void;
}

/** Every profile that was found, with what deserves a look before it is saved. */
export function ImportList({ app, entries, choices, onChoose, onChooseAll }: ImportListProps) {
  const chosen = entries.filter(({ index }) => choices.get(index)?.chosen === true).length;
  return (
    <div>
      {entries.length < 2 ? null : (
        <Checkbox
          label={`All ${formatCounted(entries.length, 'profile')}`}
          checked={chosen === entries.length}
          mixed={chosen > 0 && chosen < entries.length}
          onChange={onChooseAll}
        />
      )}
      <ul className="import-list" aria-label="What was found">
        {entries.map((entry) => {
          const choice = choices.get(entry.index) ?? NOT_CHOSEN;
          return <Entry key={entry.index} app={app} entry={entry} choice={choice} onChoose={onChoose} />;
        })}
      </ul>
    </div>
  );
}

const NOT_CHOSEN: Choice = { chosen: false, confirmed: [] };

interface EntryProps {
  readonly app: AppState;
  readonly entry: ImportEntry;
  readonly choice: Choice;
  readonly onChoose: (index: number, choice: Choice) => void;
}

/** Made again only when its own choice changes: there may be two thousand. */
const Entry = memo(function Entry({ app, entry, choice, onChoose }: EntryProps) {
  const choose = (change: Partial<Choice>) => onChoose(entry.index, { ...choice, ...change });
  const same = app.profiles.find(entry.same)?.options.name;
  return (
    <li className="import-entry">
      <Checkbox
        label={escapeUnsafe(entry.name)}
        checked={choice.chosen}
        onChange={(chosen) => choose({ chosen })}
        hint={<Facts entry={entry} />}
      />
      {entry.same === null ? null : (
        <StatusText tone="mut">
          The same as the saved profile <bdi>{escapeUnsafe(same ?? '')}</bdi>, secrets aside.
        </StatusText>
      )}
      {entry.notes.map((note) => (
        <StatusText key={note} tone="warn">
          {escapeUnsafe(note)}
        </StatusText>
      ))}
      {choice.chosen && entry.confirmations.length > 0 ? (
        <fieldset className="import-confirm">
          <legend>It asks to read something of yours. Left out unless you allow it:</legend>
          {entry.confirmations.map(({ field, text }) => (
            <Checkbox
              key={field}
              label={escapeUnsafe(text)}
              checked={choice.confirmed.includes(field)}
              onChange={(confirmed) =>
                choose({
                  confirmed: confirmed
                    ? [...choice.confirmed, field]
                    : choice.confirmed.filter((other) => other !== field),
                })
              }
            />
          ))}
        </fieldset>
      ) : null}
    </li>
  );
});

/** `mqtts, broker.example:8883, MQTT 5, user ops, password included, 3 topic filters`. */
function Facts({ entry }: { readonly entry: ImportEntry }) {
  const { protocol, address, version, username, hasPassword, subscriptions, folder } = entry;
  const facts = [
    version === 'auto' ? null : `MQTT ${version}`,
    username === null ? null : `user ${escapeUnsafe(username)}`,
    hasPassword ? 'password included' : null,
    formatCounted(subscriptions, 'topic filter'),
    folder === '' ? null : `in ${escapeUnsafe(folder)}`,
  ].filter((fact) => fact !== null);
  return (
    <span className="import-facts">
      {protocol}, <bdi className="mono">{escapeUnsafe(address)}</bdi>
      {facts.map((fact, index) => (
        <Fragment key={index}>
          , <bdi>{fact}</bdi>
        </Fragment>
      ))}
    </span>
  );
}
