"""Recognise text that addresses a program: a mark for the reviewer, never a defence that anything rests on.

The design does not obey document text at all. This only says where somebody tried, so wording is judged by
two signs together: it speaks to a machine or about its rules, and it asks for something to be done.
"""

from __future__ import annotations

import re

from .page.words import fold

_ADDRESSED = (
    r"\b(ignore|disregard|forget|override|bypass)\b.{0,30}\b(instruction|prompt|rule|polic|previous|prior|above|check)",
    r"\b(ignoriere|missachte|vergiss)\w*\b.{0,40}\b(anweisung|regel|vorgabe|vorherig)",
    r"\b(ignore[zr]?|oublie[zr]?)\b.{0,30}\b(instructions?|consignes?|regles?)",
    r"\b(ignora|olvida|dimentica)\w*\b.{0,30}\b(instruccion|istruzion|regl|regol)",
    r"^\W*(system|assistant|developer|user)\s*(prompt|message|note|override)?\s*[:>]\s",
    r"[<\[|]/?\s*(system|assistant|instruction|document|tool|inst|im_start|im_end)\w*\s*[>\]|]",
    r"\b(note|message|instructions?|hinweis|attention)\b.{0,15}\b(to|for|an)\b.{0,25}\b(model|assistant|ai|llm|agent|ki|automat\w*|processing|bot)\b",
    r"\byou (are|must act as) (now )?(a|an|in|the|acting)\b.{0,60}\b(mode|assistant|model|ai|agent|admin\w*)\b",
    r"\b(ai|llm|language model|chatbot|ki|sprachmodell)\b.{0,60}\b(approve|pay|post|release|skip|freigeben|genehmig\w*|buche\w*)",  # noqa: E501
    r"[\"'](tool|function|action|arguments)[\"']\s*:",
)
_ASKED = (
    r"\b(skip|bypass|omit|disable|without)\b.{0,40}\b(review|approval|check|match|validation|verification)",
    r"\b(pre|already|auto)[ -]?approved\b.{0,60}\b(no|without|skip|do not|cfo|ceo|immediately|review)",
    r"\b(approve|post|pay|release|schedule)\b.{0,40}\b(this invoice|immediately|without|automatically|now)\b.{0,60}\b(review|approval|check|human|ask|match)",  # noqa: E501
    r"\b(do not|don't|never|no need to)\b.{0,25}\b(flag|escalat\w*|review|ask (a|any)|route|hold)\b",
    r"\b(mark|treat|set|classify|record)\b.{0,40}\b(as|to)\b.{0,20}\b(approved|matched|verified|paid|trusted)\b",
    r"\b(change|update|replace|overwrite)\b.{0,40}\b(iban|bank account|vendor (record|master)|account on file)\b",
    r"\b(iban|account) on file is (outdated|wrong|invalid)",
    r"\bset (the )?(confidence|limit|threshold|approval)\b",
    r"\b(send|export|forward|reveal|print)\b.{0,40}\b(vendor list|system prompt|password|credential|api key)",
    r"\bohne (prufung|freigabe|kontrolle)\b.{0,40}\b(buchen|freigeben|bezahlen|zahlen)",
)
_ADDRESSED_RE = [re.compile(pattern, re.DOTALL) for pattern in _ADDRESSED]
_ASKED_RE = [re.compile(pattern, re.DOTALL) for pattern in _ASKED]


def sounds_like_one(text: str) -> bool:
    plain = " ".join(fold(text).split())
    return any(pattern.search(plain) for pattern in _ADDRESSED_RE) or any(
        pattern.search(plain) for pattern in _ASKED_RE
    )
