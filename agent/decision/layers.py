"""The small layers that read the trunk; the same for training and serving.

Two readings of a message answer each question: the last state of the question's own word (transformers'
``JevForDecision``, which any of its servers can serve), and the mean states of the message's words in a few layers.
Arguments are tagged by a small recurrent layer over the message's words, which looks both ways (bidirectional LSTM
taggers: Huang et al. 2015).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from agent.decision.format import ROWS, TAGS, first_row

POOLED_LAYERS = (6, 9, 12)
_TAG_WIDTH = 48


@dataclass(frozen=True)
class QuestionScores:
    """Scores of every question's options for each message, by the two readings; tag scores by message.

    Attributes:
        query: Read at the question's word, each of shape (messages, options).
        pooled: Read from mean states, the same shapes.
        tags: Of shape (tokens of the message, tags), by message.
    """

    query: Mapping[str, Tensor]
    pooled: Mapping[str, Tensor]
    tags: Sequence[Tensor]


class DecisionLayers(nn.Module):
    """Linear layers for questions and the tagger.

    Args:
        width: Size of the trunk's states.
        questions: The options of each question, in the order of its rows.
        pooled_layers: The layers whose mean states are read.
    """

    def __init__(
        self, width: int, questions: Mapping[str, Sequence[str]], pooled_layers: Sequence[int] = POOLED_LAYERS
    ) -> None:
        super().__init__()
        self.pooled_layers = tuple(pooled_layers)
        self.questions = {name: list(options) for name, options in questions.items()}
        self.width = width
        self.proj = nn.Linear(width, ROWS)
        self.pooled = nn.ModuleDict(
            {name: nn.Linear(len(pooled_layers) * width, len(options)) for name, options in questions.items()}
        )
        self.recurrent = nn.LSTM(width, _TAG_WIDTH, batch_first=True, bidirectional=True)
        self.tags = nn.Linear(2 * _TAG_WIDTH, len(TAGS))
        self.dropout = nn.Dropout(0.1)

    def forward(
        self, states: Sequence[Tensor], bodies: Sequence[slice], queries: Mapping[str, tuple[Tensor, Tensor]]
    ) -> QuestionScores:
        """Read a batch.

        Args:
            states: Hidden states by layer, each of shape (messages, tokens, width); 0 is the embedding.
            bodies: The tokens of each message, without the template's tokens around it.
            queries: By question, the rows of the messages it is asked about and the position of its query word in each.
        """
        means = [
            torch.stack([states[layer][row, body].mean(0) for row, body in enumerate(bodies)])
            for layer in self.pooled_layers
        ]
        features = self.dropout(torch.cat([functional.layer_norm(mean, (self.width,)) for mean in means], -1))
        query, pooled = {}, {}
        for name, (rows, places) in queries.items():
            start, options = first_row(self.questions[name]), len(self.questions[name])
            query[name] = self.proj(self.dropout(states[-1][rows, places]))[:, start : start + options]
            pooled[name] = self.pooled[name](features[rows])
        return QuestionScores(query, pooled, self._tags(states[-1], bodies))

    def _tags(self, states: Tensor, bodies: Sequence[slice]) -> list[Tensor]:
        lengths = [body.stop - body.start for body in bodies]
        padded = nn.utils.rnn.pad_sequence([states[row, body] for row, body in enumerate(bodies)], batch_first=True)
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(functional.layer_norm(padded, (self.width,))), torch.tensor(lengths), True, False
        )
        seen, _ = nn.utils.rnn.pad_packed_sequence(self.recurrent(packed)[0], batch_first=True)
        return [self.tags(seen[row, :length]) for row, length in enumerate(lengths)]
