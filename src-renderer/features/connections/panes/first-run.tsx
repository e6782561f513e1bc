import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { Clock, Download, FileText, Play, Plug, ShieldCheck, type LucideIcon } from 'lucide-react';
import type { AppState } from '../../../state/app/app-state.ts';
import { Button } from '../../../ui/controls/button.tsx';
import { TextField } from '../../../ui/controls/field.tsx';
import { Icon } from '../../../ui/base/icon.tsx';
import { keysText } from '../../../ui/base/kbd.tsx';
import { StatusText } from '../../../ui/feedback/status-text.tsx';
import { saveAndConnect, startDemo } from '../base/actions.ts';
import { AddressFacts } from './address-facts.tsx';
import { AddressBox } from './address-box.ts';
import './first-run.css';

/** Shown while there is neither a connection nor a profile: three ways to begin. */
export function FirstRun({ app }: { readonly app: AppState }) {
  const secrets = useStore(app.settings.store, (state) => state.info?.secrets ?? null);
  const problem = useStore(app.shell.store, (state) => state.problem);
  return (
    <main className="first">
      <div className="first-page">
        <p className="first-product">Topicscope</p>
        <h1 className="first-title">Which broker are we looking at?</h1>
        <p className="tone-mut">Pick one; you can have the others open beside it later.</p>
        {problem === null ? null : (
          <StatusText tone="err" role="alert">
            {problem.message} {problem.advice}
          </StatusText>
        )}
        <Choice
          icon={Plug}
          label="New connection"
          words="Paste the address you have. Host, port, user and encryption are read from it; the button opens all the settings, and you can test before saving."
          onPick={() => app.shell.open({ kind: 'editor', profileId: null, prefill: null })}
        >
          <AddressForm app={app} />
        </Choice>
        <Choice
          icon={Play}
          label="Try the demo broker"
          words="A small plant on this computer: 40 machines, one of them misbehaving. Publish, clear and break things freely."
          onPick={() => void startDemo(app)}
        >
          <DemoSample />
        </Choice>
        <Choice
          icon={Download}
          label="Import…"
          words="Bring several brokers at once. You see what arrives before it is kept."
          onPick={() => app.shell.open({ kind: 'import' })}
        >
          <p className="first-import">
            <Icon of={FileText} size={14} /> From MQTT Explorer, MQTTX, mosquitto commands or addresses
          </p>
        </Choice>
        <p className="first-foot">
          <Icon of={ShieldCheck} />
          <span className="first-promise">
            Nothing leaves this computer except to the brokers you connect to. {secrets}
          </span>
          <button
            type="button"
            className="first-commands"
            onClick={() => app.shell.open({ kind: 'palette' })}
          >
            <kbd>{keysText('Mod+K')}</kbd> all commands
          </button>
        </p>
      </div>
    </main>
  );
}

interface ChoiceProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly words: string;
  readonly onPick: () => void;
  readonly children: ReactNode;
}

function Choice({ icon, label, words, onPick, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className="first-choice">
      <div>
        <Button large icon={icon} className="first-button" aria-describedby={id} onClick={onPick}>
          {label}
        </Button>
        <p id={id} className="first-words">
          {words}
        </p>
      </div>
      <div>{children}</div>
    </div>
  );
}

function AddressForm({ app }: { readonly app: AppState }) {
  const [box] = useState(() => new AddressBox(app.engine, (options) => saveAndConnect(app, null, options)));
  useEffect(() => () => box.closed(), [box]);
  const { text, reading, busy } = useStore(box.store);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus({ preventScroll: true }), []);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void box.connect();
      }}
    >
      <TextField
        ref={input}
        className="first-address"
        label="Broker address"
        mono
        value={text}
        onChange={(next) => box.type(next)}
        placeholder="mqtts://user@broker.example:8883"
        error={reading.kind === 'failed' ? `${reading.message} ${reading.advice}` : null}
        end={
          <Button large variant="primary" type="submit" disabled={text.trim() === '' || busy}>
            {busy ? 'Opening' : 'Connect'}
          </Button>
        }
      />
      {reading.kind === 'address' ? (
        <>
          <AddressFacts options={reading.options} />
          {(reading.notes ?? []).map((note) => (
            <StatusText key={note} tone="warn">
              {note}
            </StatusText>
          ))}
        </>
      ) : (
        <p className="first-hint meta">
          {reading.kind === 'failed'
            ? ''
            : 'mqtt, mqtts, ws or wss; user, password, port and path may be part of it.'}
        </p>
      )}
    </form>
  );
}

const SAMPLE = [
  ['press-03/temperature', '71.4', 'now', false],
  ['robot-11/battery', '82 %', '0.4 s', false],
  ['pump-02/flow', '3.10', 'late 40 s', true],
  ['door-1/state', 'open', '12 s', false],
] as const;

/** What the demo looks like. A picture, so hidden from screen readers; the words beside it say it. */
function DemoSample() {
  return (
    <div className="first-sample" aria-hidden>
      <div className="first-sample-row first-sample-head">
        <span>Topic</span>
        <span>Value</span>
        <span className="num">Last seen</span>
      </div>
      {SAMPLE.map(([topic, value, seen, late]) => (
        <div key={topic} className="first-sample-row">
          <span>{topic}</span>
          <span className="mono">{value}</span>
          <span className={late ? 'num tone-warn' : 'num tone-mut'}>
            {late ? <Icon of={Clock} size={12} /> : null} {seen}
          </span>
        </div>
      ))}
    </div>
  );
}
