"""Shows it: what people see in Slack and in their mail. One module a feature, its listeners and its blocks together."""
