/**
 * Raw sockets of Bun, for clients that open thousands: they cost so little that they do not slow down the server beside
 * them.
 *
 * @module
 */

/** A connection. */
export interface Socket {
  write(text: string): void;
  end(): void;
}

/** What is told of a connection. */
export interface Listener {
  open?: (socket: Socket) => void;
  data: (bytes: Uint8Array) => void;
  close: () => void;
}

/** The part of Bun's API that is used here: Deno's type check does not know it. */
declare const Bun: {
  connect(options: {
    hostname: string;
    port: number;
    socket: {
      open(socket: Socket): void;
      data(socket: Socket, bytes: Uint8Array): void;
      close(socket: Socket): void;
    };
  }): Promise<Socket>;
};

export function connect(port: number, { open, data, close }: Listener): Promise<Socket> {
  const socket = {
    open: (socket: Socket) => open?.(socket),
    data: (_: Socket, bytes: Uint8Array) => data(bytes),
    close,
  };
  return Bun.connect({ hostname: "127.0.0.1", port, socket });
}
