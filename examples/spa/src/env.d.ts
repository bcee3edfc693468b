interface ImportMetaEnv {
  /** The door of the collector. Default: that of `npm start`. */
  readonly VITE_FOOTFALL?: string;
}
