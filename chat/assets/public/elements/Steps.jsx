// Draws the line under an answer that opens to the steps behind it (chat/steps.py).

export default function Steps() {
  return (
    <details className="tk-steps">
      <summary>{props.line}</summary>
      <ol>
        {props.steps.map((step, place) => (
          <li key={place}>
            <span>
              {step.done}
              {step.using && <> · {step.using}</>}
              {step.found && <>: {step.found}</>}
            </span>
            {step.took && <small>{step.took}</small>}
          </li>
        ))}
      </ol>
      {props.notes.map((text) => (
        <p key={text}>{text}</p>
      ))}
    </details>
  );
}
