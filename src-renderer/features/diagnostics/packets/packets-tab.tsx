import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ChevronLeft, Disc, Download, Eraser, FileJson, Network, Pause, Play } from 'lucide-react';
import { useStore } from 'zustand';
import { fileStem } from '../../../../src-main/core/message/file-name.ts';
import type { ConnectionSummary } from '../../../../src-main/contract/model/model.ts';
import type { RecorderStatus } from '../../../../src-main/contract/session/packets.ts';
import type { AppState } from '../../../state/app/app-state.ts';
import { isFailure } from '../../../state/engine/call-engine.ts';
import { exportPackets, type PacketFormat } from '../../../state/diagnostics/export-packets.ts';
import { isFiltered } from '../../../state/diagnostics/packet-window.ts';
import { saveFile } from '../../../state/browser/save-file.ts';
import { Button, IconButton } from '../../../ui/controls/button.tsx';
import { formatCounted } from '../../../ui/base/format.ts';
import { MenuButton } from '../../../ui/controls/menu.tsx';
import { useNarrower } from '../../../ui/base/use-narrower.ts';
import { Splitter } from '../../../ui/controls/splitter.tsx';
import { OutcomeNote, useOutcome } from '../../../ui/feedback/outcome-note.tsx';
import { FilterBar } from './filter-bar.tsx';
import { PacketDetail } from './packet-detail.tsx';
import { PacketList } from './packet-list.tsx';
import { missingWords, type TimeMode } from './packet-labels.ts';
import { RecorderDialog } from './recorder-dialog.tsx';
import './packets.css';

interface PacketsTabProps {
  readonly app: AppState;
  readonly connection: ConnectionSummary;
  readonly recorder: RecorderStatus;
}

/** The least that shows a time with its packet, and a row of eight bytes with their text. */
const LIST_PX = 180;
const DETAIL_PX = 312;

/** The flight recorder: every control packet in both directions, newest last. */
export function PacketsTab({ app, connection, recorder }: PacketsTabProps) {
  const { packets } = app.diagnostics;
  const [time, setTime] = useState<TimeMode>('clock');
  const [settings, setSettings] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const narrow = useNarrower(box, LIST_PX + DETAIL_PX);
  const active = useStore(packets.store, (state) => state.active);
  useEffect(() => packets.look(connection.id), [packets, connection.id]);
  useEffect(() => packets.refresh(recorder), [packets, recorder]);
  const list = <ListPane app={app} recorder={recorder} time={time} />;
  const detail = <PacketDetail app={app} connection={connection.id} row={active} />;
  return (
    <div ref={box} className="pk">
      <FilterBar packets={packets} time={time} onTime={setTime}>
        <Tools app={app} connection={connection} recorder={recorder} onSettings={() => setSettings(true)} />
      </FilterBar>
      <div className="pk-panes">
        {narrow ? (
          <OneAtATime list={list} detail={detail} />
        ) : (
          <Splitter
            id="packets"
            label="Resize the packet's details"
            direction="columns"
            size="44%"
            minFirst={LIST_PX}
            minSecond={DETAIL_PX}
            first={list}
            second={detail}
          />
        )}
      </div>
      {settings ? (
        <RecorderDialog packets={packets} recorder={recorder} onClose={() => setSettings(false)} />
      ) : null}
    </div>
  );
}

/** Where there is no room for both: the list, and in its place the packet that is opened. */
function OneAtATime({ list, detail }: { readonly list: ReactNode; readonly detail: ReactNode }) {
  const [opened, setOpened] = useState(false);
  if (opened) {
    return (
      <div className="pk-one">
        <Button variant="quiet" icon={ChevronLeft} className="pk-back" onClick={() => setOpened(false)}>
          All packets
        </Button>
        {detail}
      </div>
    );
  }
  const isRow = (target: EventTarget) => target instanceof Element && target.closest('[data-seq]') !== null;
  return (
    // The rows of the list are what is pressed; this only hears of it.
    <div
      role="presentation"
      className="pk-one"
      onClick={({ target }) => isRow(target) && setOpened(true)}
      onKeyDown={({ key, target }) => key === 'Enter' && isRow(target) && setOpened(true)}
    >
      {list}
    </div>
  );
}

function ListPane({
  app,
  recorder,
  time,
}: {
  readonly app: AppState;
  readonly recorder: RecorderStatus;
  readonly time: TimeMode;
}) {
  const { packets } = app.diagnostics;
  const { loaded, total, filter, searched } = useStore(packets.store);
  const missing = missingWords(recorder);
  return (
    <>
      {loaded && total === 0 && searched === 1 ? (
        <p className="pk-none tone-mut">
          {isFiltered(filter) ? 'No recorded packet passes the filter.' : 'No packet was recorded yet.'}
        </p>
      ) : null}
      <PacketList packets={packets} time={time} />
      <p className="meta pk-missing cut" title={missing}>
        {missing === '' ? 'Everything since the connection was opened is here.' : missing}
      </p>
    </>
  );
}

interface ToolsProps extends PacketsTabProps {
  readonly onSettings: () => void;
}

function Tools({ app, connection, recorder, onSettings }: ToolsProps) {
  const { packets } = app.diagnostics;
  const follow = useStore(packets.store, (state) => state.follow);
  const outcome = useOutcome();
  const save = async (format: PacketFormat) => {
    const { filter } = packets.store.getState();
    const file = await exportPackets(app.engine, connection.id, format, filter, (count) =>
      outcome.say(`Exporting, ${formatCounted(count, 'packet')} so far…`),
    );
    if (isFailure(file)) return outcome.say(`${file.message} ${file.advice}`);
    saveFile(`${fileStem(connection.name, new Date())}.${format}`, file.type, file.parts);
    outcome.say(
      `Exported ${formatCounted(file.packets, 'packet')}${file.cut ? ', as many as fit 1 GB' : ''}.`,
    );
  };
  const empty = recorder.lastSeq < recorder.firstSeq ? 'nothing is recorded' : null;
  return (
    <>
      <OutcomeNote outcome={outcome} />
      {follow ? (
        <Button variant="quiet" icon={Pause} onClick={() => packets.setFollow(false)}>
          Hold
        </Button>
      ) : (
        <Button variant="quiet" icon={Play} onClick={() => packets.setFollow(true)}>
          Follow live
        </Button>
      )}
      <MenuButton
        small
        label="Export packets"
        icon={Download}
        items={[
          {
            id: 'pcap',
            label: 'Export as pcap, for Wireshark',
            icon: Network,
            off: empty,
            run: () => void save('pcap'),
          },
          {
            id: 'jsonl',
            label: 'Export as JSON Lines',
            icon: FileJson,
            off: empty,
            run: () => void save('jsonl'),
          },
          {
            id: 'clear',
            label: 'Delete recording',
            icon: Eraser,
            off: empty,
            run: () => void packets.clear(),
          },
        ]}
      />
      <IconButton small label="Recorder settings" icon={Disc} onClick={onSettings} />
    </>
  );
}
