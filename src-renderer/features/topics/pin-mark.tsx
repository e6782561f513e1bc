/** A filled pin, named exactly "Retained": the topic's message is stored by the broker. */
export function PinMark() {
  return (
    <svg className="tt-pin" viewBox="0 0 16 16" width="12" height="12" role="img" aria-label="Retained">
      <path d="M5.5 2.5h5M6.5 2.5v4L4.5 9.5h7l-2-3v-4z" fill="currentColor" />
      <path d="M8 9.5v4" />
    </svg>
  );
}
