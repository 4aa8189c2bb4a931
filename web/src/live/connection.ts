/** The live connection to one venue: reconnects with back-off and resumes after the newest message seen. */

import { readFrame, receive, retryDelay_ms, type ClientFrame, type ServerFrame } from './frames';

const PROTOCOL = 'dalil.v1';
// Codes of the server for a token or a venue that will not become valid by trying again (RFC 6455, 4000-4999 private).
const FINAL_CLOSE_CODES = new Set([4401, 4403, 4404]);

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

export type ConnectionEvents = {
  frame: (frame: ServerFrame) => void;
  state: (state: ConnectionState) => void;
  /** A newer message was seen: remember its number, so that a reload resumes after it. */
  seen: (seq: number) => void;
};

export class LiveConnection {
  #socket: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: ClientFrame[] = [];

  constructor(
    private readonly venueSlug: string,
    private readonly token: string,
    private seen: number,
    private readonly events: ConnectionEvents,
  ) {
    this.#connect();
  }

  /** Send a frame now, or as soon as there is a connection again. */
  send(frame: ClientFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
    else this.#waiting.push(frame);
  }

  close(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  #connect(): void {
    this.events.state('connecting');
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const url = `${scheme}://${location.host}/ws/v1/venues/${encodeURIComponent(this.venueSlug)}/live`;
    const socket = new WebSocket(url, [PROTOCOL, `token.${this.token}`]);
    this.#socket = socket;
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#received(String(event.data));
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code);
    };
  }

  #opened(socket: WebSocket): void {
    this.#attempt = 0;
    this.events.state('open');
    const waiting = this.#waiting.splice(0);
    for (const frame of [{ type: 'resume', seq: this.seen } as const, ...waiting])
      socket.send(JSON.stringify(frame));
  }

  #received(data: string): void {
    const frame = readFrame(data);
    if (frame === null) return;
    const { seen, fresh } = receive(this.seen, frame);
    if (seen !== this.seen) this.events.seen((this.seen = seen));
    if (fresh) this.events.frame(frame);
  }

  #closed(code: number): void {
    this.#socket = null;
    if (FINAL_CLOSE_CODES.has(code)) return this.events.state('refused');
    this.events.state('lost');
    this.#timer = setTimeout(() => this.#connect(), retryDelay_ms(this.#attempt++, Math.random()));
  }
}
