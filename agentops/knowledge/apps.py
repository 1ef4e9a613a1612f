"""The room of the articles that agents may cite."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "agentops.knowledge"
    label = "knowledge"
    verbose_name = "Knowledge"

    def ready(self) -> None:
        from agentops.core.rights import register_lasting

        register_lasting("knowledge_article", "knowledge_memory")
