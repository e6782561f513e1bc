/** The term of the filter language that an MQTT topic filter is written as. */
export function topicTerm(filter: string): string {
  return /^[^\s()"]+$/.test(filter) ? `topic:${filter}` : `topic:"${filter.replace(/["\\]/g, '\\$&')}"`;
}
