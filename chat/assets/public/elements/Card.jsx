// Draws a card of blocks (chat/blocks.py). Every fact stands as text; bars and dials are hidden from screen readers.

import { useEffect, useRef } from "react";

function Rows({ block }) {
  return (
    <dl className="tk-rows">
      {block.rows.map((row, place) => (
        <div key={place} className={row.strong ? "tk-row tk-strong" : "tk-row"}>
          <dt>
            {row.name} {row.mark && <span className="tk-mark">{row.mark}</span>}
          </dt>
          <dd>{row.value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Bars({ block }) {
  return (
    <ul className={block.bars.length > 4 ? "tk-bars tk-many" : "tk-bars"}>
      {block.bars.map((bar, place) => (
        <li key={place}>
          <span className="tk-bar-name">
            {bar.name}
            {bar.note && <small> · {bar.note}</small>}
          </span>
          <span className="tk-bar-value">{bar.value}</span>
          <span className="tk-track" aria-hidden="true">
            <span className={`tk-fill tk-${bar.tone}`} style={{ width: `${bar.share}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}

// The roles keep it a table for screen readers where a narrow screen lays the rows out as lists.
function Table({ block }) {
  return (
    <table className="tk-table" role="table" aria-label={block.caption}>
      <thead role="rowgroup">
        <tr role="row">
          {block.head.map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {block.rows.map((row, place) => (
          <tr key={place} role="row" className={row.mark ? "tk-own" : ""}>
            {row.cells.map((cell, column) =>
              column === 0 ? (
                <th key={column} role="rowheader" scope="row">
                  {cell} {row.mark && <span className="tk-mark">{row.mark}</span>}
                </th>
              ) : (
                <td key={column} role="cell" data-label={block.head[column]}>
                  {cell}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Gauge({ block }) {
  const length = Math.PI * 50;
  const arc = { d: "M 10 60 A 50 50 0 0 1 110 60", fill: "none", strokeWidth: 10, strokeLinecap: "round" };
  return (
    <div className="tk-gauge">
      <svg viewBox="0 0 120 68" aria-hidden="true">
        <path className="tk-dial" {...arc} />
        <path className="tk-needle" {...arc} strokeDasharray={`${(length * block.share) / 100} ${length}`} />
      </svg>
      <p>
        <strong>{block.value}</strong> {block.unit}
        <small>{block.note}</small>
      </p>
    </div>
  );
}

function Timeline({ block }) {
  return (
    <ol className="tk-timeline">
      {block.events.map((event, place) => (
        <li key={place} className={event.is_past ? "tk-past" : "tk-coming"}>
          <span>{event.name}</span>
          {event.when && <small>{event.when}</small>}
        </li>
      ))}
    </ol>
  );
}

function Photos({ block }) {
  return (
    <ul className="tk-photos">
      {block.photos.map((photo) => (
        <li key={photo.path}>
          <a href={photo.path} target="_blank" rel="noopener">
            <img src={photo.path} alt={photo.text} />
          </a>
        </li>
      ))}
    </ul>
  );
}

const KINDS = {
  rows: Rows,
  bars: Bars,
  table: Table,
  gauge: Gauge,
  timeline: Timeline,
  photos: Photos,
  link: ({ block }) => (
    <p className="tk-link">
      <a href={block.path} target="_blank" rel="noopener">
        {block.text}
      </a>
    </p>
  ),
  note: ({ block }) => <p className="tk-note">{block.text}</p>,
};

export default function Card() {
  const figure = useRef(null);
  // A question is drawn after its words: bring it and the buttons below it into sight.
  useEffect(() => {
    if (props.tone === "ask") figure.current.closest(".step").scrollIntoView({ block: "end" });
  }, []);
  return (
    <figure ref={figure} className={`tk-card tk-card-${props.tone}`} aria-label={props.label}>
      <figcaption>
        <span className="tk-title">{props.title}</span>
        {props.badge && <span className={`tk-badge tk-badge-${props.tone}`}>{props.badge}</span>}
      </figcaption>
      {props.blocks.map((block, place) => {
        const Kind = KINDS[block.kind];
        return <Kind key={place} block={block} />;
      })}
    </figure>
  );
}
