namespace NetProfile.Helm;

/// <summary>What a helm call was about; the same words on stderr mean different things ("connection refused" by whom?).</summary>
public enum HelmVerb
{
    Upgrade,
    Template,
    Rollback,
    Uninstall,
    Pull,
}
