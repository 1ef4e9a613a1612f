"""The workload "gated-invoice" as an agent: six small steps, every fifth run above the limit of a gate."""
